import { setTimeout as pause } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import type { DisplayPage } from '@sightline/api/displays/store'
import type { Problem } from '@sightline/api/shared/problem'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { Case, NewCase } from '@sightline/schemas/case'
import type { Display, DisplayHistory } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import { readId } from '@sightline/schemas/read'
import { AUDIT, CASES } from '@sightline/schemas/streams'
import { auditSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedAlerts } from '../../support/alerts.ts'
import { aRead } from '../../support/reads.ts'
import { bodyOf, caseNaming, json, type Rig, refusal, startRig } from '../harness.ts'
import { firstAdministrator, hire, type Somebody, type TestClock } from '../people/support.ts'

/** The life of displays, asked of a running api with a real broker and a real matcher. */

const DAY = 86_400_000
const clock: TestClock = { now: Date.now() }
const options = { clock: () => clock.now, triesPerMinute: 10_000, requestsPerMinute: 100_000 }
const words = 'as the case file says'
const request = {
  ...{ plate: '7ABC123', reason: 'stolen vehicle', caseRef: 'CASE-1' },
  confirmNotice: DISPLAY_NOTICE.version,
}

let rig: Rig
let matcher: Matcher
let [admin, sue, owen, olga, anna, bert]: Somebody[] = []

beforeAll(async () => {
  rig = await startRig(options)
  matcher = await startMatcher({
    ...{ servers: rig.broker.url, keys: rig.broker.keys, suppressMs: 0 },
    ...{ log: createLog('test', 'silent'), clock: () => clock.now },
  })
  admin = await firstAdministrator(rig, clock)
  sue = await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
  owen = await hire(rig, admin, clock, { id: 'owen', offices: ['system-owner'] })
  olga = await hire(rig, admin, clock, { id: 'olga', offices: ['oversight'] })
  for (const { id } of [sue, owen, olga]) await train(id)
  anna = await analyst('anna')
  bert = await analyst('bert')
  const retainUntil = instant(clock.now + 1000 * DAY)
  const plates = [
    '7ABC123',
    'CHANGE1',
    'REVIEW1',
    'LEAVER1',
    'EXPIRE1',
    'MARK77',
    'ENDING1',
    'ENDING2',
    'PATERN1',
  ]
  await opened(plates, { members: ['bert'], retainUntil })
  expect((await rig.call('/v1/cases', json(caseNaming(['MARK77'], { retainUntil })))).status).toBe(201)
})
afterAll(async () => {
  await matcher?.close()
  await rig?.close()
})

async function train(id: string): Promise<void> {
  const training = { completedAt: instant(clock.now), certificate: `C-${id}` }
  expect((await admin!.send(`/v1/access/${id}/training`, training)).status).toBe(200)
}

async function analyst(id: string): Promise<Somebody> {
  const somebody = await hire(rig, admin!, clock, { id, supervisor: 'sue' })
  const ask = { need: 'plates of stolen vehicles at the port', sources: ['edge'] }
  const { requests } = await bodyOf<AccessFile>(somebody.send('/v1/access/requests', ask))
  const step = `/v1/access/${id}/requests/${requests[0]!.id}`
  const reason = 'needed for the vehicle theft task force'
  expect((await sue!.send(`${step}/approve`, { reason })).status).toBe(200)
  expect((await owen!.send(`${step}/grant`, { reason })).status).toBe(200)
  await train(id)
  return somebody
}

const create = async (more: object = {}, by = anna!) => {
  const answer = await by.send('/v1/displays', { ...request, ...more })
  expect(answer.status).toBe(201)
  return { display: (await answer.json()) as Display, etag: answer.headers.get('etag')! }
}
/** A step with a display as it was seen. */
const step = (by: Somebody, id: string, etag: string | null, what: string, body: object): Promise<Response> =>
  by.call(`/v1/displays/${id}${what}`, {
    method: what === '' ? 'PATCH' : 'POST',
    headers: { 'content-type': 'application/json', ...(etag === null ? {} : { 'if-match': etag }) },
    body: JSON.stringify(body),
  })
const list = async (query: string, by = anna!) =>
  (await bodyOf<DisplayPage>(by.call(`/v1/displays?${query}`))).displays.map(({ id }) => id)
const mails = async () => (await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))).mails

/** Anna opens a case. */
async function opened(plates: string[], more: Partial<NewCase> = {}): Promise<Case> {
  const answer = await anna!.send('/v1/cases', caseNaming(plates, more))
  expect(answer.status).toBe(201)
  return bodyOf<Case>(answer)
}
/** A step with a case, as it is now. */
const caseStep = (by: Somebody, path: string, body: object, method = 'POST') =>
  by.call(`/v1/cases/${path}`, {
    ...{ method, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', 'if-match': '*' },
  })

let reads = 0
/** @param seenFrom milliseconds; by the broker's clock hardly in the future, or the read is set aside. @returns its id */
function publish(plate: string, seenFrom: number): string {
  const seenAt = instant(seenFrom + ++reads)
  const id = readId('cam-1', seenAt, plate)
  const read = aRead({ id, plate, seenAt, camera: { ...aRead().camera, id: 'cam-1' } })
  rig.admin.publish(readSubject('edge', 'cam-1'), JSON.stringify(read))
  return id
}

const alerts = () => storedAlerts(rig.admin)
const soon = (check: () => Promise<boolean>) => expect.poll(check, { timeout: 30_000 }).toBe(true)

/**
 * Publishes a read of a plate, at once after the api's answer, and waits until the matcher has judged it: the step before
 * holds for it (DSP-5). @returns displays that it raised alerts of
 */
async function alertsOf(plate: string, seenFrom = clock.now): Promise<string[]> {
  const id = publish(plate, seenFrom)
  // As long as the matcher judges a read again by displays that it receives later.
  await pause(300)
  const mark = publish('MARK77', seenFrom)
  await soon(async () => (await alerts()).some(({ read }) => read.id === mark))
  return (await alerts()).filter(({ read }) => read.id === id).map(({ display }) => display.id)
}

describe('a display in its life', () => {
  beforeAll(async () => {
    await create({ plate: 'MARK77', reason: 'marks where the matcher is' })
  })

  it('is stored by a person who was shown the notice and confirms it (DSP-1, DSP-2)', async () => {
    const notice = await bodyOf<{ version: string; text: string }>(anna!.call('/v1/displays/notice'))
    expect(notice.text).toMatch(/Close the entry as soon as the matter is resolved/)
    const { display } = await create({ confirmNotice: notice.version })
    expect(display).toMatchObject({ owner: 'anna', noticeVersion: notice.version })
    const old = anna!.send('/v1/displays', { ...request, confirmNotice: '0'.repeat(32) })
    expect(await refusal(old)).toEqual([409, 'CONFLICT'])
  })

  it('is changed in the version that was seen, and the change applies to the next read (DSP-5)', async () => {
    const { display, etag } = await create({ plate: 'CHANGE1' })
    expect(await alertsOf('CHANGE1')).toEqual([display.id])
    // Insists: the camera of these reads recognizes no make.
    const narrow = { only: { makes: ['Lamborghini'] }, strict: true }
    expect(await refusal(step(anna!, display.id, null, '', narrow))).toEqual([428, 'PRECONDITION_MISSING'])
    expect(await refusal(step(anna!, display.id, '*', '', narrow))).toEqual([400, 'MESSAGE_INVALID'])
    expect(await refusal(step(anna!, display.id, '"1"', '', narrow))).toEqual([409, 'CONFLICT'])
    expect(await refusal(step(bert!, display.id, etag, '', narrow))).toEqual([403, 'NOT_ALLOWED'])
    expect(await refusal(step(anna!, display.id, etag, '', { plate: 'OTHER1' }))).toEqual([
      ...[400, 'MESSAGE_INVALID'],
    ])
    const changed = await step(anna!, display.id, etag, '', narrow)
    const lastStep = expect.objectContaining({ action: 'update', by: 'anna' })
    expect([changed.status, await changed.json()]).toEqual([200, { ...display, ...narrow, lastStep }])
    expect(await alertsOf('CHANGE1')).toEqual([])
    const wide = await step(anna!, display.id, changed.headers.get('etag'), '', { only: null, strict: null })
    expect(await wide.json()).toEqual({ ...display, lastStep })
    expect(await alertsOf('CHANGE1')).toEqual([display.id])
    expect((await step(anna!, display.id, null, '/close', {})).status).toBe(200)
    expect(await alertsOf('CHANGE1')).toEqual([])
    const { steps, complete } = await bodyOf<DisplayHistory>(bert!.call(`/v1/displays/${display.id}/history`))
    expect(complete).toBe(true)
    expect(steps.map(({ action, by, before }) => [action, by, before])).toEqual([
      ['create', 'anna', {}],
      ['update', 'anna', { only: null, strict: null }],
      ['update', 'anna', narrow],
      ['close', 'anna', {}],
    ])
    expect(await refusal(bert!.call('/v1/displays/not-there/history'))).toEqual([404, 'NOT_FOUND'])
    expect(await refusal(admin!.call(`/v1/displays/${display.id}/history`))).toEqual([403, 'NOT_ALLOWED'])
  })

  it('is changed by one of two who change it at once (DSP-3, DSP-5)', async () => {
    const { display, etag } = await create()
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, n) =>
        step(anna!, display.id, etag, '', { reason: `reason number ${n}` }),
      ),
      ...Array.from({ length: 20 }, () => step(anna!, display.id, etag, '/validation', { reason: words })),
      step(olga!, display.id, etag, '/review', { verdict: 'rejected', reason: words }),
    ])
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(40).fill(409)])
  })

  it('that is rejected in review stops matching at once, with the verdict and its reason (DSP-4)', async () => {
    const { display, etag } = await create({ plate: 'REVIEW1' })
    expect(await alertsOf('REVIEW1')).toEqual([display.id])
    expect(await list('review=due', olga!)).toContain(display.id)
    const verdict = { verdict: 'relevant', reason: words }
    expect(await refusal(step(anna!, display.id, etag, '/review', verdict))).toEqual([403, 'NOT_ALLOWED'])
    const relevant = await step(olga!, display.id, etag, '/review', verdict)
    expect(await relevant.json()).toMatchObject({ state: 'active', review: { by: 'olga', ...verdict } })
    expect(await list('review=due', olga!)).not.toContain(display.id)
    expect(await alertsOf('REVIEW1')).toEqual([display.id])
    const rejection = { verdict: 'rejected', reason: 'the vehicle was recovered' }
    const rejected = await step(olga!, display.id, relevant.headers.get('etag'), '/review', rejection)
    expect(rejected.status).toBe(200)
    expect(await alertsOf('REVIEW1')).toEqual([])
    expect(await list('state=rejected')).toEqual([display.id])
    const close = step(anna!, display.id, null, '/close', {})
    expect(await refusal(close)).toEqual([409, 'CONFLICT'])
    const revive = step(anna!, display.id, rejected.headers.get('etag'), '/validation', { reason: words })
    expect((await bodyOf<Problem>(revive)).detail).toMatch(/oversight rejected the watchlist entry$/)
  })

  it('is handed over when its owner leaves, and the new owner is told (DSP-3)', async () => {
    const { display, etag } = await create({ plate: 'LEAVER1' })
    const to = { to: 'bert', reason: 'anna left for another agency' }
    await admin!.send('/v1/people/anna', { suspended: true, reason: 'left the agency' }, 'PATCH')
    await rig.startApi(options)
    const about = async () => (await mails()).filter(({ text }) => text.includes(display.id))
    await expect.poll(async () => (await about()).map(({ to }) => to)).toEqual(['sue@agency.example'])
    expect(await refusal(step(bert!, display.id, etag, '/hand-over', to))).toEqual([403, 'NOT_ALLOWED'])
    const stranger = step(sue!, display.id, etag, '/hand-over', { ...to, to: 'owen' })
    expect(await refusal(stranger)).toEqual([422, 'RULE_BROKEN'])
    const nobody = step(sue!, display.id, etag, '/hand-over', { ...to, to: 'nobody' })
    expect(await refusal(nobody)).toEqual([404, 'NOT_FOUND'])
    const given = await step(sue!, display.id, etag, '/hand-over', to)
    const lastStep = expect.objectContaining({ action: 'hand-over', by: 'sue', reason: to.reason })
    expect(await given.json()).toEqual({ ...display, owner: 'bert', lastStep })
    expect(await alertsOf('LEAVER1')).toEqual([display.id])
    expect((await about()).map(({ to }) => to).sort()).toEqual(['bert@agency.example', 'sue@agency.example'])
    const validation = step(bert!, display.id, given.headers.get('etag'), '/validation', { reason: words })
    expect((await validation).status).toBe(200)
    await admin!.send('/v1/people/anna', { suspended: false, reason: 'came back after all' }, 'PATCH')
    await anna!.enter()
  })

  it('refuses a step that belongs to somebody else, on record (DSP-3, AUD-2)', async () => {
    const { display, etag } = await create()
    const { detail, rules } = await bodyOf<Problem>(
      step(bert!, display.id, etag, '/validation', { reason: words }),
    )
    const manager = await jetstreamManager(rig.admin)
    const last = await manager.streams.getMessage(AUDIT, { last_by_subj: auditSubject('bert') })
    expect(last!.json()).toMatchObject({
      ...{ actor: 'bert', action: 'request.refuse', subject: display.id },
      parameters: { refused: 'display.validate', code: 'NOT_ALLOWED', message: `${detail} (${rules})` },
    })
  })

  it('needs a case that is open, names its plate and that its owner may use, at each step (DSP-1, QRY-6, ACC-8)', async () => {
    const store = (more: object, by = anna!) => by.send('/v1/displays', { ...request, ...more })
    expect(await refusal(store({ caseRef: 'CASE-0' }))).toEqual([403, 'NOT_ALLOWED'])
    expect(await refusal(store({ plate: 'OTHER1' }))).toEqual([422, 'SUBJECT_NOT_NAMED'])
    expect(await refusal(store({ plate: 'OTHER?' }))).toEqual([422, 'SUBJECT_NOT_NAMED'])
    expect((await store({ plate: 'PATERN?' })).status).toBe(201)
    const own = await opened(['ENDING1'], { caseRef: 'CASE-2' })
    expect(await refusal(store({ plate: 'ENDING1', caseRef: 'CASE-2' }, bert!))).toEqual([403, 'NOT_ALLOWED'])
    const { display, etag } = await create({ plate: 'ENDING1', caseRef: own.id })
    const elsewhere = step(anna!, display.id, etag, '', { caseRef: 'CASE-0' })
    expect(await refusal(elsewhere)).toEqual([403, 'NOT_ALLOWED'])
    const stranger = { to: 'bert', reason: 'bert is not of this case' }
    expect(await refusal(step(sue!, display.id, etag, '/hand-over', stranger))).toEqual([403, 'NOT_ALLOWED'])
    expect((await step(anna!, display.id, etag, '', { caseRef: 'CASE-1' })).status).toBe(200)
  })

  it('ends with its case at the latest (DSP-5, AUD-6)', async () => {
    const until = instant(clock.now + 30 * DAY)
    await opened(['ENDING1'], { caseRef: 'CASE-3', retainUntil: until })
    const { display, etag } = await create({ plate: 'ENDING1', caseRef: 'CASE-3' })
    expect(display.expiresAt).toBe(until)
    const longer = { plate: 'ENDING1', caseRef: 'CASE-3', expiresAt: instant(clock.now + 32 * DAY) }
    const { detail } = await bodyOf<Problem>(anna!.send('/v1/displays', { ...request, ...longer }))
    expect(detail).toMatch(/after the end of the case/)
    const validation = step(anna!, display.id, etag, '/validation', { reason: words })
    expect((await bodyOf<Display>(validation)).expiresAt).toBe(until)
  })

  it.each([
    ['closed', (id: string) => caseStep(anna!, `${id}/close`, { reason: 'the vehicle was recovered' })],
    ['deleted', (id: string) => caseStep(anna!, `${id}/deletion`, { reason: 'opened by a mistake of mine' })],
    [
      'no longer naming the plate',
      async (id: string) => {
        const { subjects } = await bodyOf<Case>(anna!.call(`/v1/cases/${id}`))
        return caseStep(anna!, `${id}/subjects/${subjects[0]!.id}`, {}, 'DELETE')
      },
    ],
  ])(
    'is closed when its case is %s: it stops matching, its owner is told, on record (DSP-5)',
    async (how, end) => {
      const caseRef = `CASE-${how.slice(0, 3)}`
      const one = await opened(['ENDING2'], { caseRef, members: ['bert'] })
      const { display } = await create({ plate: 'ENDING2', caseRef }, bert!)
      const { display: other } = await create({ plate: 'ENDING2' })
      expect((await alertsOf('ENDING2')).sort()).toEqual([display.id, other.id].sort())
      expect((await end(one.id)).status).toBeLessThan(300)
      expect(await alertsOf('ENDING2')).toEqual([other.id])
      const told = (await mails()).filter(({ text }) => text.includes(display.id))
      expect(told.map(({ to, subject }) => [to, subject])).toEqual([
        ['bert@agency.example', 'Your watchlist entry was closed'],
      ])
      const manager = await jetstreamManager(rig.admin)
      const last = await manager.streams.getMessage(AUDIT, { last_by_subj: auditSubject('anna') })
      expect(last!.json()).toMatchObject({
        ...{ action: 'display.close', subject: display.id, parameters: { caseRef } },
      })
      await step(anna!, other.id, null, '/close', {})
    },
  )

  it('is closed by the sweep if the person who closed its case stopped half-way; another case with the same reference keeps it (DSP-5)', async () => {
    const [one, two] = [
      await opened(['ENDING1'], { caseRef: 'CASE-4' }),
      await opened(['ENDING1'], { caseRef: 'CASE-4' }),
    ]
    const { display } = await create({ plate: 'ENDING1', caseRef: 'CASE-4' })
    const cases = await new Kvm(jetstream(rig.admin)).open(CASES)
    const close = (closed: Case) => cases.put(closed.id, JSON.stringify({ ...closed, state: 'closed' }))
    const stateAfterSweep = async () => {
      await rig.api.sweep()
      return (await bodyOf<Display>(anna!.call(`/v1/displays/${display.id}`))).state
    }
    await close(one)
    expect(await stateAfterSweep()).toBe('active')
    await close(two)
    await expect.poll(stateAfterSweep).toBe('closed')
  })

  it('whose owner was removed from the case is put before the supervisor (DSP-3, ACC-8)', async () => {
    const one = await opened(['ENDING1'], { caseRef: 'CASE-5', members: ['bert'] })
    const { display } = await create({ plate: 'ENDING1', caseRef: 'CASE-5' }, bert!)
    await caseStep(anna!, `${one.id}/members/bert/removal`, { reason: 'bert works on another matter now' })
    await rig.api.sweep()
    const told = (await mails()).filter(({ text }) => text.includes(display.id))
    expect(told.map(({ to }) => to)).toEqual(['sue@agency.example'])
  })

  it('is announced when the service comes back, and ends by itself on its day (DSP-3)', async () => {
    const { display } = await create({ plate: 'EXPIRE1' })
    const end = Date.parse(display.expiresAt)
    // Another mark of where the matcher is, that ends after it.
    clock.now += 1000
    const created = clock.now
    await create({ plate: 'MARK77', reason: 'marks where the matcher is' })
    const told = async () =>
      (await mails()).filter(({ text, to }) => text.includes(display.id) && to === 'anna@agency.example')
    // Up again 29 days before the end: the days on which 60 and 30 were due are over.
    clock.now = end - 29 * DAY
    for (const _ of [1, 2]) {
      await rig.startApi(options)
      await expect.poll(async () => (await told()).length).toBe(1)
    }
    clock.now = end - 1000
    expect(await alertsOf('EXPIRE1', created)).toEqual([display.id])
    clock.now = end
    expect(await alertsOf('EXPIRE1', created)).toEqual([])
    const expired = await bodyOf<DisplayPage>(rig.call('/v1/displays?state=expired&limit=500'))
    expect(expired.displays.map(({ id }) => id)).toContain(display.id)
  })
})
