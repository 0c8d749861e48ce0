import { Writable } from 'node:stream'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { Api } from '@sightline/api/main'
import { leftOutTotal } from '@sightline/api/shared/left-out'
import { loadSeal, type Seal } from '@sightline/api/shared/seal'
import { alertId } from '@sightline/schemas/alert'
import {
  ACCESS,
  ALERTS,
  CASES,
  DISPLAYS,
  HEALTH,
  MISUSE_SETTINGS,
  PEOPLE,
  POSITIONS,
  SESSIONS,
  SIGN_ON_TRIES,
  WRITES_DONE,
} from '@sightline/schemas/streams'
import { alertSubject, healthSubject, sightingsSubject } from '@sightline/schemas/subjects'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { aReport } from '../api/cameras/support.ts'
import { colleague } from '../api/cases/support.ts'
import {
  bodyOf,
  json,
  publishAlerts,
  type Rig,
  readEvents,
  refusal,
  sampleAlert,
  startRig,
} from '../api/harness.ts'
import { quiet } from '../support/broker.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'
import { storedValues } from './samples.ts'

countMutations()

// The api on a real broker whose every bucket and stream holds what mistakes and malice make of real values.

const TIMEOUT = 120_000 + 30 * MUTATIONS
const now = Date.UTC(2026, 10, 24, 9)
const values = storedValues()
const limits = { requestsPerMinute: 1e9, requestsPerPerson: 1e9, clock: () => now }

let rig: Rig
const lines: { level: number; msg: string; store?: string }[] = []
const log = pino(
  new Writable({ write: (chunk, _, next) => next(void lines.push(JSON.parse(String(chunk)))) }),
)

beforeAll(async () => {
  rig = await startRig(limits)
  seal = await loadSeal(rig.broker.keys, quiet)
})
afterAll(() => rig.close())

const bucket = (name: string) => new Kvm(jetstream(rig.admin)).open(name)
/** Whose values the api seals: what comes through a hole without a seal is refused before it is read. */
const SEALED = new Set([PEOPLE, ACCESS, SESSIONS, SIGN_ON_TRIES])
let seal: Seal
const stored = (name: string, key: string, text: string) =>
  SEALED.has(name) ? seal.close(name, key, text) : text

/** What is real, under its key. */
async function putReal(): Promise<void> {
  for (const [name, entries] of Object.entries(values)) {
    const kv = await bucket(name)
    for (const [key, value] of entries) await kv.put(key, stored(name, key, JSON.stringify(value)))
  }
}

/** Mutations of it, under its keys and others. */
async function putMutated(round: string): Promise<void> {
  for (const [name, entries] of Object.entries(values)) {
    const keys = entries.map(([key]) => key)
    const real = entries.map(([, value]) => value)
    const key = (n: number) => (n % 5 === 0 ? keys[n % keys.length]! : `x${n % 300}`)
    const all = [...mutated(`${name} ${round}`, real, Math.ceil(MUTATIONS / 2))]
    // One in ten without its seal.
    const sealed = all.map(({ payload, headers }, n) => ({
      headers,
      payload:
        SEALED.has(name) && n % 10 !== 0
          ? Buffer.from(stored(name, key(n), Buffer.from(payload).toString()))
          : payload,
    }))
    await storeAll(rig.admin, sealed, (n) => `$KV.${name}.${key(n)}`)
  }
}

/** Addresses of all that can be looked at without naming anything. */
async function lists(): Promise<string[]> {
  const document = await bodyOf<{ paths: Record<string, { get?: object }> }>(rig.call('/openapi.json'))
  const paths = Object.entries(document.paths).flatMap(([path, { get }]) => (get ? [path] : []))
  return paths.filter((path) => !path.includes('{') && !path.endsWith('/stream'))
}

async function looksWell(): Promise<void> {
  const seen: Record<string, number> = {}
  for (const path of await lists()) {
    seen[path] = (await rig.call(path)).status
  }
  expect(Object.keys(seen).length).toBeGreaterThan(20)
  const failed = Object.entries(seen).filter(([, status]) => status >= 500)
  // No provider, and no matcher: these say so.
  const saysSo = (path: string) => path.startsWith('/v1/sign-on/provider') || path === '/health'
  expect(failed.filter(([path]) => !saysSo(path))).toEqual([])
  const ids = async (path: string, list: string) =>
    (await bodyOf<Record<string, { id: string }[]>>(rig.call(path)))[list]!.map(({ id }) => id)
  expect(await ids('/v1/people', 'people')).toContain('jane')
  expect(await ids('/v1/displays?limit=500', 'displays')).toEqual(
    expect.arrayContaining(['d-exact', 'd-pattern', 'd-other']),
  )
}

describe('buckets', () => {
  let api: Api

  test('an api starts among them, lists the genuine values, and says what it left out', {
    timeout: TIMEOUT,
  }, async () => {
    await putReal()
    await putMutated('before')
    await putReal()
    for (const [name, key] of [
      [MISUSE_SETTINGS, 'current'],
      [WRITES_DONE, 'sweep'],
      [CASES, 'c-broken'],
      [DISPLAYS, 'd-broken'],
      [PEOPLE, 'broken'],
      [POSITIONS, 'keeper'],
    ] as const) {
      await (await bucket(name)).put(key, stored(name, key, '{"v":1,"x\r\ny":'))
    }
    await rig.api.close()
    api = await rig.startApi({ ...limits, log })
    rig.api = api
    await looksWell()
    expect(api.firstAdministrator).toBeNull()
    expect(await refusal(rig.call('/v1/cases/c-broken'))).toEqual([500, 'RECORD_MALFORMED'])
    expect(await refusal(rig.call('/v1/displays/d-broken'))).toEqual([500, 'RECORD_MALFORMED'])
    const told = (await leftOutTotal.get()).values.filter(({ value }) => value > 0)
    const stores = new Set(told.map(({ labels }) => labels.store))
    for (const name of [PEOPLE, CASES, DISPLAYS]) expect(stores).toContain(name)
    const text = lines.map((line) => JSON.stringify(line)).join('\n')
    expect(text).toContain('left out a malformed stored value')
    // Nothing of what they hold.
    expect(text).not.toMatch(/7ABC123|jane@|J\. Roe/)
  })

  test('tasks that clean up finish', { timeout: TIMEOUT }, async () => {
    lines.length = 0
    await api.sweep()
    expect(lines.filter(({ msg }) => msg.startsWith('a sweep failed'))).toEqual([])
    // What is there and cannot be read is no reason to delete what hangs on it, or to close a display.
    const saved = await (await bucket('SAVED')).get(values.SAVED![0]![0])
    expect(saved?.operation).toBe('PUT')
    const display = await bodyOf<{ state: string }>(rig.call('/v1/displays/d-exact'))
    expect(display.state).toBe('active')
  })

  test('whatever stands alone may be repaired', async () => {
    const settings = { closePlates: [], shift: null, shifts: [], thresholds: {} }
    const found = await rig.call('/v1/oversight/misuse-settings')
    const put = { ...json(settings, { 'if-match': found.headers.get('etag') ?? '*' }), method: 'PUT' }
    expect((await rig.call('/v1/oversight/misuse-settings', put)).status).toBe(200)
  })

  test('a malformed session or account gives no rights, and takes nobody else’s', async () => {
    const anna = await colleague(rig, { now }, 'anna', {})
    expect((await anna.call('/v1/session')).status).toBe(200)
    await (await bucket(PEOPLE)).put('anna', stored(PEOPLE, 'anna', '[]'))
    // The harness signs on again at each call: the account alone is malformed.
    expect((await rig.call('/v1/people')).status).toBe(200)
    const cookie = { headers: { cookie: 'sightline=token-of-anna' } }
    expect((await fetch(`${rig.api.url}/v1/cases`, cookie)).status).toBe(401)
    await colleague(rig, { now }, 'anna', {})
    const sessions = await bucket(SESSIONS)
    for await (const key of await sessions.keys()) await sessions.put(key, stored(SESSIONS, key, '{}'))
    expect((await fetch(`${rig.api.url}/v1/cases`, cookie)).status).toBe(401)
  })

  test('more of them arrive while the api runs', { timeout: TIMEOUT }, async () => {
    await putMutated('while it runs')
    await putReal()
    await vi.waitFor(looksWell, { timeout: 30_000, interval: 500 })
  })
})

describe('streams', () => {
  test('every subscriber gets the alert behind them', { timeout: TIMEOUT }, async () => {
    const anna = await colleague(rig, { now }, 'berta', { sources: ['edge'] })
    const alert = sampleAlert(1)
    const count = {
      ...{ v: 1, alertId: alert.id, displayId: 'display-1', count: 2, upTo: 7, source: 'edge' },
      ...{ lastSeenAt: alert.read.seenAt, lastReadId: alert.read.id },
    }
    const streams = [
      await rig.call('/v1/alerts/stream?after=0'),
      await anna.call('/v1/alerts/stream?after=0'),
    ]
    await publishAlerts(rig, 1, 2)
    await storeAll(rig.admin, mutated('api alerts', [alert]), () => alertSubject('display-1'))
    await storeAll(rig.admin, mutated('api counts', [count]), (n) => sightingsSubject(`a${n % 50}`))
    await publishAlerts(rig, 2, 3)
    const last = alertId('display-1', sampleAlert(2).read)
    for (const stream of streams) {
      const events = await readEvents(stream, (all) => all.some(({ data }) => data.includes(last)), TIMEOUT)
      // What comes in the same piece may be behind it.
      expect(events.some(({ data }) => data.includes(last))).toBe(true)
      // Nothing reaches a subscriber that is not what its event says it is.
      for (const { event, data } of events) {
        expect(['ready', 'alert', 'sightings', 'work', 'stale']).toContain(event)
        expect(() => JSON.parse(data)).not.toThrow()
        if (event === 'alert') expect(JSON.parse(data).read.camera.country).toMatch(/^[A-Z]{2}$/)
      }
    }
    const { alerts } = await bodyOf<{ alerts: { alert: { id: string } }[] }>(rig.call('/v1/alerts?limit=100'))
    expect(alerts[0]?.alert.id).toBe(last)
    const manager = await jetstreamManager(rig.admin)
    const { first_seq } = (await manager.streams.info(ALERTS)).state
    await jetstream(rig.admin).publish(alertSubject('display-1'), '{"a":\r\n1}')
    const { last_seq } = (await manager.streams.info(ALERTS)).state
    expect((await rig.call(`/v1/alerts/${first_seq}`)).status).toBe(200)
    expect(await refusal(rig.call(`/v1/alerts/${last_seq}`))).toEqual([500, 'RECORD_MALFORMED'])
  })

  test('the cameras that report correctly are shown', { timeout: TIMEOUT }, async () => {
    const health = aReport({ camera: 'good', at: new Date(now).toISOString() })
    const real = [aReport({ camera: 'gate-1' })]
    const subject = (n: number) =>
      n % 3 === 0 ? `health.odd\u0001${n % 90}` : healthSubject(`gate-${n % 200}`)
    await storeAll(rig.admin, mutated(HEALTH, real), subject)
    await jetstream(rig.admin).publish(healthSubject('good'), JSON.stringify(health))
    const { cameras } = await bodyOf<{ cameras: { camera: string }[] }>(rig.call('/v1/cameras'))
    expect(cameras.map(({ camera }) => camera)).toContain('good')
  })
})
