import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { sweepAccess } from '@sightline/api/access/notices'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { MAILS } from '@sightline/api/people/open'
import { openPeople } from '@sightline/api/people/stores'
import { createMailbox } from '@sightline/api/shared/mail'
import { openRecords } from '@sightline/api/shared/records'
import { loadSeal } from '@sightline/api/shared/seal'
import { openLink } from '@sightline/broker/link'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Mail } from '@sightline/schemas/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming, type Rig, refusal, startRig } from '../harness.ts'
import { firstAdministrator, hire, type Somebody, type TestClock } from '../people/support.ts'

const DAY = 86_400_000
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const options = { clock: () => clock.now, triesPerMinute: 10_000, requestsPerMinute: 100_000 }
const reason = 'needed for the vehicle theft task force'
const ask = { need: 'plates of stolen vehicles at the port of entry', sources: ['edge', 'sim'] }
const display = {
  ...{ plate: '7ABC123', reason: 'stolen vehicle', caseRef: 'CASE-1' },
  confirmNotice: DISPLAY_NOTICE.version,
}

let rig: Rig
let admin: Somebody
let sue: Somebody
let olga: Somebody
let otto: Somebody
let anna: Somebody

beforeAll(async () => {
  rig = await startRig(options)
  admin = await firstAdministrator(rig, clock)
  sue = await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
  olga = await hire(rig, admin, clock, { id: 'olga', offices: ['system-owner'] })
  otto = await hire(rig, admin, clock, { id: 'otto', offices: ['system-owner'] })
  anna = await hire(rig, admin, clock, { id: 'anna', supervisor: 'sue' })
  for (const { id } of [sue, olga, otto]) expect((await train(admin, id)).status).toBe(200)
})
afterAll(() => rig.close())

const train = (by: Somebody, id: string) =>
  by.send(`/v1/access/${id}/training`, { completedAt: instant(clock.now), certificate: `C-${id}` })
const step = (by: Somebody, id: string, action: string) =>
  by.send(`/v1/access/anna/requests/${id}/${action}`, { reason })
const request = async () => {
  const { requests } = await bodyOf<AccessFile>(anna.send('/v1/access/requests', ask))
  return requests.at(-1)!.id
}
const mine = () => bodyOf<AccessFile>(anna.call('/v1/access/me'))
const mails = async () => (await bodyOf<{ mails: Mail[] }>(admin.call('/v1/mailbox'))).mails
/** Statuses of two tries at once, the better first. */
const race = async (...tries: Promise<Response>[]) =>
  (await Promise.all(tries)).map(({ status }) => status).sort((a, b) => a - b)

describe('access', () => {
  let id: string

  it('is requested, approved and granted, and each person is notified by e-mail (ACC-1, ACC-2)', async () => {
    expect(await refusal(anna.send('/v1/displays', display))).toEqual([403, 'NOT_ALLOWED'])
    id = await request()
    expect(await refusal(step(olga, id, 'grant'))).toEqual([409, 'CONFLICT'])
    expect(await refusal(step(anna, id, 'approve'))).toEqual([403, 'NOT_ALLOWED'])
    expect((await step(sue, id, 'approve')).status).toBe(200)
    expect((await step(olga, id, 'grant')).status).toBe(200)
    const mail = (await mails()).find(({ id: about }) => about === `grant-anna-${id}`)
    expect(mail).toMatchObject({
      to: 'anna@agency.example',
      subject: 'Your access to Sightline is authorized',
    })
    expect(await bodyOf(anna.call('/v1/session'))).toMatchObject({
      ...{ roles: ['analyst'], recertified: true, trainingValid: false, sources: ['edge', 'sim'] },
    })
  })

  it('is unusable without training (ACC-3)', async () => {
    expect(await refusal(anna.send('/v1/displays', display))).toEqual([403, 'TRAINING_LAPSED'])
    expect((await train(sue, 'anna')).status).toBe(200)
    const retainUntil = instant(clock.now + 1000 * DAY)
    expect((await anna.send('/v1/cases', caseNaming(['7ABC123'], { retainUntil }))).status).toBe(201)
    expect((await anna.send('/v1/displays', display)).status).toBe(201)
  })

  it('needs consent to the current text in each session (ACC-5)', async () => {
    expect((await anna.signOn()).status).toBe(204)
    expect(await refusal(anna.call('/v1/displays'))).toEqual([403, 'CONSENT_MISSING'])
    const { version, text, given } = await bodyOf<{ version: string; text: string; given: boolean }>(
      anna.call('/v1/consent'),
    )
    expect([given, text]).toEqual([false, expect.stringContaining('Permissible uses')])
    const consent = (body: object) => anna.send('/v1/consent', { version, agree: true, ...body })
    expect(await refusal(consent({ agree: false }))).toEqual([400, 'MESSAGE_INVALID'])
    expect(await refusal(consent({ version: '0'.repeat(32) }))).toEqual([409, 'CONFLICT'])
    expect(await refusal(anna.call('/v1/displays'))).toEqual([403, 'CONSENT_MISSING'])
    expect((await consent({})).status).toBe(204)
    expect((await anna.call('/v1/displays')).status).toBe(200)
  })

  it('closes the streams it opened when it ends, but not when a broker is away', async () => {
    const api = await rig.startApi({ ...options, recheckMs: 100 })
    const stream = await fetch(`${api.url}/v1/alerts/stream`, { headers: { cookie: anna.cookie()! } })
    expect(stream.status).toBe(200)
    const reader = stream.body!.getReader()
    let isOpen = true
    const ended = (async () => {
      while (!(await reader.read()).done);
    })()
    ended
      .catch(() => {})
      .finally(() => {
        isOpen = false
      })
    await rig.killBroker()
    await pause(500)
    await rig.restartBroker()
    await expect.poll(async () => (await anna.call('/v1/session')).status, { timeout: 30_000 }).toBe(200)
    await pause(500)
    expect(isOpen).toBe(true)
    expect((await anna.send('/v1/sign-off', {})).status).toBe(204)
    await expect.poll(() => isOpen).toBe(false)
    await anna.enter()
  })

  it('is decided once, even when two people decide at the same moment', async () => {
    const other = await request()
    expect(await race(step(sue, other, 'approve'), step(sue, other, 'approve'))).toEqual([200, 409])
    expect(await race(step(olga, other, 'grant'), step(otto, other, 'grant'))).toEqual([200, 409])
    expect(await race(step(sue, other, 'end'), step(olga, other, 'end'))).toEqual([200, 409])
    const { requests } = await mine()
    expect(requests.map(({ state }) => state)).toEqual(['granted', 'ended'])
    expect(requests[1]!.steps.map(({ action }) => action)).toEqual(['request', 'approve', 'grant', 'end'])
  })

  it('is not decided when the decision cannot be recorded', async () => {
    const other = await request()
    const mend = await rig.breakAudit()
    const before = await mine()
    expect(await refusal(step(sue, other, 'approve'))).toEqual([503, 'AUDIT_UNAVAILABLE'])
    expect(await refusal(anna.signOn())).toEqual([503, 'AUDIT_UNAVAILABLE'])
    expect(await refusal(admin.send('/v1/people', { id: 'x1', name: 'X', email: 'x@y.example' }))).toEqual([
      ...[503, 'AUDIT_UNAVAILABLE'],
    ])
    await mend()
    expect(await mine()).toEqual(before)
    expect((await step(sue, other, 'approve')).status).toBe(200)
    expect((await step(olga, other, 'refuse')).status).toBe(200)
  })

  it('shows a supervisor the requests of their own people, and a system owner all requests', async () => {
    const sid = await hire(rig, admin, clock, { id: 'sid', offices: ['supervisor'] })
    const seen = async (by: Somebody) =>
      (await bodyOf<{ files: AccessFile[] }>(by.call('/v1/access'))).files.map(({ person }) => person).sort()
    expect(await seen(sue)).toEqual(['anna'])
    expect(await seen(sid)).toEqual([])
    expect(await seen(olga)).toEqual(['anna', 'olga', 'otto', 'sid', 'sue'])
    // In pages, each person once; whoever waits for a decision is on the first.
    const waiting = await request()
    for (const order of ['request', 'end']) {
      const found: string[] = []
      for (let next: string | null = ''; next !== null; ) {
        const query: string = `order=${order}&limit=2${next && `&cursor=${next}`}`
        const page = await bodyOf<{ files: AccessFile[]; next: string | null }>(
          olga.call(`/v1/access?${query}`),
        )
        found.push(...page.files.map(({ person }) => person))
        next = page.next
      }
      expect([...found].sort()).toEqual(['anna', 'olga', 'otto', 'sid', 'sue'])
      if (order === 'request') expect(found[0]).toBe('anna')
    }
    expect((await step(sue, waiting, 'refuse')).status).toBe(200)
  })

  it('lets an office end sessions, but not change its own account', async () => {
    const change = { offices: ['oversight'], reason: 'because I can' }
    expect(await refusal(admin.send('/v1/people/administrator', change, 'PATCH'))).toEqual([
      403,
      'NOT_ALLOWED',
    ])
    expect(await refusal(admin.send('/v1/people/anna', change, 'PATCH'))).toEqual([422, 'RULE_BROKEN'])
    const suspend = { suspended: true, reason: 'lost their phone' }
    expect((await admin.send('/v1/people/anna', suspend, 'PATCH')).status).toBe(200)
    expect(await refusal(anna.call('/v1/session'))).toEqual([401, 'SESSION_ENDED'])
    expect(await refusal(anna.signOn())).toEqual([403, 'ACCOUNT_LOCKED'])
    await admin.send('/v1/people/anna', { suspended: false, reason: 'found their phone' }, 'PATCH')
    await anna.enter()
  })

  it('lets an administrator change an e-mail address, and notifies the old address (ACC-7, AUD-2)', async () => {
    const change = { email: 'anna.new@agency.example', reason: 'she married and changed her name' }
    const to = (by: Somebody, id: string, body: object = change) => by.send(`/v1/people/${id}/email`, body)
    expect(await refusal(to(sue, 'anna'))).toEqual([403, 'NOT_ALLOWED'])
    expect(await refusal(to(admin, 'administrator'))).toEqual([403, 'NOT_ALLOWED'])
    expect(await refusal(to(admin, 'anna', { ...change, email: 'nowhere' }))).toEqual([
      400,
      'MESSAGE_INVALID',
    ])
    expect(await refusal(to(admin, 'anna', { ...change, email: 'anna@agency.example' }))).toEqual([
      409,
      'CONFLICT',
    ])
    // She can refuse it for three days.
    expect((await to(admin, 'anna')).status).toBe(202)
    const wait = async () => {
      clock.now += 73 * 3_600_000
      for (const one of [admin, anna, sue]) await one.enter()
    }
    await wait()
    expect(await bodyOf(to(admin, 'anna'))).toMatchObject({
      ...{ id: 'anna', email: change.email, state: 'active' },
    })
    const [told] = (await mails()).filter(({ id: about }) => about.startsWith('email-anna-'))
    expect(told).toMatchObject({ to: 'anna@agency.example', text: expect.not.stringContaining('anna.new') })
    expect((await admin.send('/v1/people/anna/invitation', {})).status).toBe(202)
    await wait()
    expect((await admin.send('/v1/people/anna/invitation', {})).status).toBe(204)
    const link = (await mails()).find(({ id: about }) => about.startsWith('set-up-anna-'))
    expect(link?.to).toBe(change.email)
    expect((await anna.call('/v1/session')).status).toBe(200)
  })

  it('ends by itself after a year, and can be requested again (ACC-3, ACC-4)', async () => {
    expect((await train(sue, 'anna')).status).toBe(200)
    const { training, certification } = await mine()
    const end = Date.parse(certification!.validUntil)
    expect(Date.parse(training!.validUntil)).toBeGreaterThan(end)
    clock.now = end - DAY / 2
    await anna.enter()
    expect((await anna.send('/v1/displays', display)).status).toBe(201)
    clock.now = end
    await anna.enter()
    expect(await refusal(anna.send('/v1/displays', display))).toEqual([403, 'ACCESS_ENDED'])
    await olga.enter()
    expect(await refusal(olga.send('/v1/access/anna/certification', { reason }))).toEqual([
      403,
      'TRAINING_LAPSED',
    ])
    await admin.enter()
    expect((await train(admin, 'olga')).status).toBe(200)
    expect(await refusal(olga.send('/v1/access/anna/certification', { reason }))).toEqual([
      422,
      'RULE_BROKEN',
    ])
    expect(await refusal(olga.send('/v1/access/olga/certification', { reason }))).toEqual([
      403,
      'NOT_ALLOWED',
    ])
    expect((await olga.send('/v1/access/otto/certification', { reason })).status).toBe(200)
    clock.now = Date.parse(training!.validUntil)
    await anna.enter()
    expect(await bodyOf(anna.call('/v1/session'))).toMatchObject({ trainingValid: false, recertified: false })
  })

  it('records each step and each refusal (AUD-2)', async () => {
    const manager = await jetstreamManager(rig.admin)
    const { state } = await manager.streams.info('AUDIT')
    const done = new Map<string, Set<string>>()
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const { actor, action } = (await manager.streams.getMessage('AUDIT', { seq }))!.json<AuditRecord>()
      done.set(actor, (done.get(actor) ?? new Set()).add(action))
    }
    const expected: Record<string, string[]> = {
      system: ['person.invite'],
      administrator: ['person.set-up', 'person.create', 'person.change', 'training.record', 'mailbox.view'],
      anna: [
        'person.set-up',
        'sign-on',
        'consent.give',
        'access.request',
        'request.refuse',
        'display.create',
      ],
      sue: ['access.approve', 'access.list', 'training.record'],
      olga: ['access.grant', 'access.refuse', 'access.certify', 'request.refuse'],
    }
    for (const [actor, actions] of Object.entries(expected)) {
      expect([actor, ...done.get(actor)!]).toEqual(expect.arrayContaining([actor, ...actions]))
    }
    expect(JSON.stringify([...done])).not.toMatch(/password|secret/)
  })

  it('sends a lost e-mail again in a sweep, only once (ACC-2)', async () => {
    const log = createLog('test', 'silent')
    const link = await openLink(rig.admin)
    const stores = await openPeople(
      link,
      await loadSeal(rig.broker.keys, log),
      log,
      AbortSignal.timeout(60_000),
    )
    const kept = await openRecords(link, MAILS, log)
    const mailbox = createMailbox(kept, null, () => clock.now, log)
    clock.now = Date.parse((await mine()).requests[0]!.steps.at(-1)!.at) + DAY
    await kept.remove(`grant-anna-${id}`)
    await sweepAccess(stores, mailbox, () => clock.now)
    const after = await kept.all()
    expect(after.map(({ value }) => value.id)).toContain(`grant-anna-${id}`)
    await sweepAccess(stores, mailbox, () => clock.now)
    expect(await kept.all()).toEqual(after)
  })
})
