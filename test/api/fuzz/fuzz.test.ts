import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { PUBLIC_ROUTES } from '@sightline/api/access/permissions'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { PROBLEM_TYPE } from '@sightline/api/shared/problem'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT, AUDIT_CHECKPOINTS, POSITIONS, WRITES_DONE } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'
import { aCase, colleague, reason } from '../cases/support.ts'
import { fakeVendor, honest, PLATE, readAt } from '../federation/fake-vendor.ts'
import { bodyOf, json, publishAlerts, type Rig, startRig } from '../harness.ts'
import { arbitraryOf, nonsense, resolved, type Schema } from './arbitrary.ts'

/**
 * Requests made from the api's own document: bodies, parameters and headers that are right, nearly right, or nonsense,
 * by everybody. Whatever is asked: no failure of the api itself, a problem with a stable code for each error, and
 * nothing changes in any bucket or stream without a record in the audit log (AUD-2), of which each answer has one.
 */

/** Another one with SIGHTLINE_FUZZ_SEED=n. */
const SEED = Number(process.env.SIGHTLINE_FUZZ_SEED ?? 7)
const REQUESTS = howOften(500, 20_000)
const now = Date.UTC(2026, 10, 24, 9)

/**
 * What changes without an act of a person: how far the broker's keeper has come; that a write is on its way, which is
 * taken back when it is refused.
 */
const NOT_AN_ACT = [`KV_${POSITIONS}`, `KV_${WRITES_DONE}`]
/** Refusals after which somebody has to come back. */
const ENDED = ['SESSION_ENDED', 'ACCESS_ENDED', 'TRAINING_LAPSED']
/** Says that something else than the api is away. */
const AWAY = ['SOURCE_UNAVAILABLE', 'SIGN_ON_PROVIDER_FAILED']

interface Operation {
  method: string
  path: string
  route: string
  permission?: string
  /** Actions of which one is on record for each answer. */
  records: string[]
  params: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  body?: Schema
}

interface Made {
  operation: Operation
  who: string
  params: Record<string, unknown>
  body: unknown
  /** Sends the body as text of this type; JSON without it. */
  type: string | undefined
  headers: Record<string, string>
}

let rig: Rig
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let vendor: Awaited<ReturnType<typeof fakeVendor>>
let manager: JetStreamManager
/** Signs somebody on (again). @returns their headers */
const people = new Map<string, () => Promise<Record<string, string>>>()
const headersOf = new Map<string, Record<string, string>>()

beforeAll(async () => {
  folder = await temporaryFolder()
  vendor = await fakeVendor('one', folder.path)
  vendor.behave(honest([readAt(now - 60_000), readAt(now - 3_600_000)]))
  const vendorsFile = join(folder.path, 'vendors.json')
  await writeFile(vendorsFile, JSON.stringify({ vendors: [vendor.config] }))
  const limits = { requestsPerMinute: 1e9, requestsPerPerson: 1e9, triesPerMinute: 1e9 }
  rig = await startRig({ ...limits, vendorsFile, clock: () => now })
  manager = await jetstreamManager(rig.admin)
  const office = { analyst: false, supervisor: 'supervisor' }
  const account = (id: string, more: Parameters<typeof colleague>[3]) =>
    people.set(id, async () => {
      const one = await colleague(rig, { now }, id, more)
      await one.call('/v1/session')
      return { origin: rig.api.url, cookie: `sightline=token-of-${id}` }
    })
  account('analyst', { supervisor: 'supervisor' })
  account('other-analyst', { supervisor: 'supervisor' })
  account('supervisor', { offices: ['supervisor'] })
  account('owner', { ...office, offices: ['system-owner'] })
  account('oversight', { ...office, offices: ['oversight'] })
  account('administrator', { ...office, offices: ['administrator'] })
  people.set('developer', async () => ({ authorization: `Bearer ${rig.api.token}` }))
  people.set('nobody', async () => ({}))
  for (const [who, signOn] of people) headersOf.set(who, await signOn())
})
afterAll(async () => {
  await rig?.close()
  await vendor?.close()
  await folder?.remove()
})

type Document = {
  paths: Record<string, Record<string, RawOperation>>
  components: { schemas: Record<string, Schema> }
}
type RawOperation = {
  'x-permission'?: string
  'x-records'?: string[]
  parameters?: Operation['params']
  requestBody?: { content: Record<string, { schema: Schema }> }
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, raw]) => {
      const method = verb.toUpperCase()
      const body = raw.requestBody?.content['application/json']?.schema
      const permission = raw['x-permission']
      return {
        ...{ method, path, route: `${method} ${path}`, params: raw.parameters ?? [] },
        records: raw['x-records'] ?? [],
        ...(body && { body }),
        ...(permission !== undefined && { permission }),
      }
    }),
  )
}

/** Requests to one operation. */
function requestsTo(operation: Operation, components: Record<string, Schema>): fc.Arbitrary<Made> {
  const { params, path, body } = operation
  const value = (one: Operation['params'][number]) =>
    one.name === 'if-match'
      ? fc.constantFrom('*', '*', '*', '*', '*', '*', '"1"', 'W/"1"', 'x')
      : arbitraryOf(
          one.schema,
          components,
          now,
          one.in === 'path' ? `${path.split('/')[2]}.${one.name}` : one.name,
        )
  const model = Object.fromEntries(params.map((one) => [one.name, value(one)]))
  const requiredKeys = params.filter((one) => one.required || one.name === 'if-match').map(({ name }) => name)
  const often = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 20, arbitrary }, { weight: 1, arbitrary: nonsense })
  return fc.record({
    operation: fc.constant(operation),
    who: fc.oneof(fc.constant('developer'), fc.constantFrom(...people.keys())),
    params: fc.record(model, { requiredKeys }),
    body: body ? often(arbitraryOf(body, components, now)) : fc.constant(undefined),
    type: fc.oneof(
      { weight: 25, arbitrary: fc.constant(undefined) },
      fc.constantFrom('text/plain', 'application/json; charset=x', 'application/jsonx'),
    ),
    headers: fc.oneof(
      { weight: 8, arbitrary: fc.constant({}) },
      fc.constantFrom<Record<string, string>>(
        { 'if-none-match': '"1"' },
        { 'last-event-id': '99999999999999999999' },
        { accept: 'text/csv' },
        { accept: 'nonsense' },
        { cookie: 'sightline=%00;sightline=; =' },
        { authorization: 'Bearer' },
        { origin: 'null' },
        { 'x-forwarded-for': '10.0.0.1' },
        { 'x-http-method-override': 'DELETE' },
        { 'content-encoding': 'gzip' },
        { 'idempotency-key': 'the-same-key-again' },
      ),
    ),
  })
}

/** Last sequence of each stream and bucket. */
async function snapshot(): Promise<Map<string, number>> {
  const all = new Map<string, number>()
  for await (const { config, state } of manager.streams.list()) all.set(config.name, state.last_seq)
  return all
}

/** Values from answers that later requests may use: by the name of the property, ids also by the address. */
function learn(known: Map<string, string[]>, path: string, value: unknown): void {
  const put = (kind: string, text: string) => {
    const values = known.get(kind) ?? []
    if (!values.includes(text)) known.set(kind, [...values, text].slice(-30))
  }
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    for (const [key, one] of Object.entries(part)) {
      if (typeof one === 'string' && one.length < 100) {
        put(key, one)
        if (key === 'id' || key === 'query' || key === 'name') put(`${path.split('/')[2]}.${key}`, one)
      } else if (typeof one === 'number' && key === 'sequence') put('alerts.sequence', String(one))
      else walk(one)
    }
  }
  walk(value)
}

interface Outcome {
  status: number
  type: string
  text: string
  /** Of the header Cache-Control. */
  cache: string | null
}

async function send(
  { operation, params, body, type, headers }: Made,
  credentials: Record<string, string>,
): Promise<Outcome> {
  const inPlace = (at: string) => operation.params.filter((one) => one.in === at && one.name in params)
  const spelled = (one: unknown) =>
    (typeof one === 'string' ? one : JSON.stringify(one)).replaceAll(/[\ud800-\udfff]/g, '�')
  let path = operation.path
  for (const { name } of inPlace('path'))
    path = path.replace(`{${name}}`, encodeURIComponent(spelled(params[name])).slice(0, 2000))
  const query = new URLSearchParams(
    inPlace('query').map(({ name }): [string, string] => [name, spelled(params[name])]),
  )
  const given = inPlace('header').flatMap(({ name }) => {
    const text = spelled(params[name])
    // What is no header cannot be sent.
    return /^[\x21-\x7e]+$/.test(text) ? [[name, text]] : []
  })
  const hanging = new AbortController()
  const answer = await fetch(`${rig.api.url}${path}?${query}`, {
    method: operation.method,
    headers: {
      ...credentials,
      ...Object.fromEntries(given),
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) ?? 'undefined' }),
    signal: hanging.signal,
    redirect: 'manual',
  })
  const kind = answer.headers.get('content-type') ?? ''
  const cache = answer.headers.get('cache-control')
  // A stream lasts as long as somebody listens.
  if (kind.startsWith('text/event-stream')) {
    hanging.abort()
    return { status: answer.status, type: kind, text: '', cache }
  }
  return { status: answer.status, type: kind, text: await answer.text(), cache }
}

describe('whatever is asked of the api,', () => {
  it('it does not fail, says what is wrong, and changes nothing without a record (AUD-2)', {
    timeout: 120_000 + REQUESTS * 300,
  }, async () => {
    const document = await bodyOf<Document>(fetch(`${rig.api.url}/openapi.json`))
    const operations = operationsOf(document)
    const known = new Map<string, string[]>([
      ['plate', [PLATE]],
      ['caseRef', ['CASE-2026-17']],
      ['vendors', ['one']],
      ['sources', ['one', 'edge']],
      ['person', [...people.keys()]],
      ['people.id', [...people.keys()]],
      ['access.person', [...people.keys()]],
      ['supervisor', ['supervisor']],
      ['members', ['analyst', 'other-analyst']],
      ['cameras', ['gate-1']],
      ['confirmNotice', [DISPLAY_NOTICE.version]],
      ['alerts.sequence', ['1', '2', '3']],
      ['to', ['analyst', 'other-analyst']],
    ])
    await publishAlerts(rig, 1, 4)
    const first = await rig.call(
      '/v1/cases',
      json(aCase({ subjects: [{ about: { plate: PLATE }, reason }] })),
    )
    learn(known, '/v1/cases', await first.json())
    const arbitraries = operations.map((one) => requestsTo(one, document.components.schemas))
    const faults: unknown[] = []
    const succeeded = new Set<string>()
    const random = fc.sample(fc.infiniteStream(fc.nat()), { seed: SEED, numRuns: 1 })[0]!
    let sent = 0
    let before = await snapshot()
    for (; sent < REQUESTS; sent++) {
      // Each operation in turn, so that none is left out.
      const [draft] = fc.sample(arbitraries[sent % arbitraries.length]!, {
        seed: random.next().value!,
        numRuns: 1,
      })
      const made = resolved(draft, known) as Made
      const { who, operation } = made
      const outcome = await send(made, headersOf.get(who)!)
      const after = await snapshot()
      const found = await faultsOf(made, outcome, before, after)
      if (found.length > 0) faults.push({ found, made: { ...made, operation: operation.route }, outcome })

      const answer = parsed(outcome.text)
      if (outcome.status < 400) {
        succeeded.add(operation.route)
        learn(known, operation.path, answer)
      }
      before = after
      // Signed off, suspended, or not entitled any more: comes back, so that the others are asked more than once.
      if (ENDED.includes(String(answer?.code)) || outcome.status === 204) {
        headersOf.set(who, await people.get(who)!())
        before = await snapshot()
      }
    }
    expect(faults.slice(0, 3)).toEqual([])
    // Not all of it was refused at the door.
    expect(sent).toBeGreaterThan(operations.length)
    expect(succeeded.size).toBeGreaterThan(operations.length / 4)
  })
})

/** What is wrong with an answer, or with what it left behind. */
async function faultsOf(
  { who, operation: { permission, route, records: own } }: Made,
  { status, type, text, cache }: Outcome,
  before: Map<string, number>,
  after: Map<string, number>,
): Promise<string[]> {
  const problem = parsed(text)
  const records = await recordsBetween(before.get(AUDIT)!, after.get(AUDIT)!)
  const changed = [...after].flatMap(([name, last]) => (last === before.get(name) ? [] : [name]))
  const acts = changed.filter((name) => ![AUDIT, AUDIT_CHECKPOINTS, ...NOT_AN_ACT].includes(name))
  const isPublic = PUBLIC_ROUTES.has(route.replaceAll(/\{(\w+)\}/g, ':$1'))
  // No matcher runs here: the health of the whole says so, in its own form.
  const isUnwell = status === 503 && route === 'GET /health'
  const isAway = isUnwell || (status === 503 && AWAY.includes(String(problem?.code)))
  const mine = records.filter(({ action }) => own.includes(action))
  const isReplay = records.some(({ action }) => action === 'request.replay')
  const faults = {
    'its record is missing': status < 400 && own.length > 0 && mine.length === 0 && !isReplay,
    'it is on record more than once': mine.length > 1,
    'it says that it records nothing': own.length === 0 && records.some(isAct),
    'it may be stored': cache !== 'no-store',
    'it failed': status >= 500 && !isAway,
    'the error is no problem with a stable code':
      status >= 400 && !isUnwell && !isProblem(problem, status, type),
    [`${acts} changed without a record`]: acts.length > 0 && records.length === 0,
    'the record names somebody else': !isPublic && records.some(({ actor }) => actor !== who),
    'is open to all': permission === undefined && !isPublic,
  }
  return Object.entries(faults).flatMap(([fault, isSo]) => (isSo ? [fault] : []))
}

const isAct = ({ action }: AuditRecord) => action !== 'request.refuse'

async function recordsBetween(from: number, to: number): Promise<AuditRecord[]> {
  const sequences = Array.from({ length: to - from }, (_, n) => from + n + 1)
  const messages = await Promise.all(sequences.map((seq) => manager.streams.getMessage(AUDIT, { seq })))
  return messages.map((message) => message!.json<AuditRecord>())
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** Whether an error is one of the codes that schemas/errors.ts promises, in the form of RFC 9457. */
function isProblem(body: Record<string, unknown> | undefined, status: number, type: string): boolean {
  if (!body || !type.startsWith(PROBLEM_TYPE) || body.status !== status) return false
  const { code, detail, title } = body
  if (typeof code !== 'string' || typeof detail !== 'string' || typeof title !== 'string') return false
  try {
    // A code that is not in the list has no status.
    return new SightlineError(code as SightlineError['code'], '').httpStatus > 0
  } catch {
    return false
  }
}
