import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { emptyFile } from '@sightline/api/access/requests'
import type { NamedPrecision } from '@sightline/api/alerts/precision'
import { CLAIM_MS } from '@sightline/api/alerts/work'
import type { Problem } from '@sightline/api/shared/problem'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { newSession, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { type Alert, alertId } from '@sightline/schemas/alert'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Dissemination } from '@sightline/schemas/dissemination'
import { type Lookout, lookoutParser } from '@sightline/schemas/lookout'
import type { Mail } from '@sightline/schemas/mail'
import type { Office } from '@sightline/schemas/person'
import { readId } from '@sightline/schemas/read'
import { ACCESS, AUDIT, DISPLAYS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import { alertSubject, pictureName, pictureSubject, sightingsSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENT } from '../../support/broker.ts'
import { aDisplay } from '../../support/displays.ts'
import { aJpeg } from '../../support/jpeg.ts'
import { sealedWriter } from '../../support/sealed.ts'
import {
  bodyOf,
  caseNaming,
  followEvents,
  type Rig,
  readEvents,
  refusal,
  type SseEvent,
  sampleAlert,
  startRig,
} from '../harness.ts'
import { type Browser, browser } from '../people/support.ts'

const DAY = 86_400_000
const clock = { now: Date.UTC(2026, 10, 24, 9) }
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const JPEG = aJpeg()
/** For what comes within a moment on a machine with nothing else to do. */
const PATIENCE_MS = 60_000
const authority = 'Act of the Test, section 1(2)'

let rig: Rig
let hook: Awaited<ReturnType<typeof webhook>>
let [anna, bert, olga, vera]: Browser[] = []

/** A receiver of webhooks that is down the first time. */
async function webhook() {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(body)
      response.writeHead(bodies.length === 1 ? 503 : 204).end()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  }
}

beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now })
  hook = await webhook()
  const recipientsFile = join(rig.dataDir, 'recipients.json')
  const recipients = [
    { id: 'port', name: 'Port of San Ysidro', organization: 'U.S. Customs', to: { url: hook.url, secret } },
    { id: 'desk', name: 'Duty desk', to: { email: 'desk@agency.example' } },
  ]
  await writeFile(recipientsFile, JSON.stringify({ recipients }))
  rig.api = await rig.startApi({ clock: () => clock.now, recipientsFile })
  anna = await somebody('anna', [])
  bert = await somebody('bert', ['supervisor'])
  olga = await somebody('olga', ['oversight'])
  vera = await somebody('vera', [], ['sim'])
  const displays = await new Kvm(jetstream(rig.admin, PATIENT)).open(DISPLAYS)
  for (const id of ['d1', 'd2'])
    await displays.put(id, JSON.stringify(aDisplay({ id, expiresAt: '2027-01-01T00:00:00.000Z' })))
  await displays.put('gone', JSON.stringify(aDisplay({ id: 'gone', state: 'rejected' })))
})
afterAll(async () => {
  hook.close()
  await rig.close()
})

/** Somebody who has signed on and consented. Who has no office is an analyst. */
async function somebody(id: string, offices: Office[], sources = ['edge', 'sim']): Promise<Browser> {
  const put = sealedWriter(rig.admin, rig.broker.keys)
  const fresh = newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', clock.now)
  const person = { ...fresh, state: 'active' as const, offices }
  const validUntil = instant(clock.now + 300 * DAY)
  const at = instant(clock.now)
  const granted = { id: 'r1', need: 'a need that is stated', sources, state: 'granted', steps: [] }
  await put(PEOPLE, id, person)
  await put(ACCESS, id, {
    ...emptyFile(id),
    requests: [granted],
    certification: { at, by: 'x1', validUntil },
    training: { completedAt: at, validUntil, certificate: 'C-1', recordedBy: 'x1' },
  })
  const { version } = await readConsent(DEFAULT_CONSENT_FILE)
  const session = { ...newSession(person, 'password', clock.now), consent: { version, at } }
  await put(SESSIONS, sessionKey(`token-of-${id}`), session)
  const page = browser(rig.api)
  page.setCookie(`sightline=token-of-${id}`)
  return page
}

let count = 0
/** Publishes an alert, with the picture of its plate unless told otherwise. @returns it, and its sequence */
async function raise({
  display = 'd1',
  source = 'edge',
  hasPicture = true,
  owner = 'developer',
  priority = owner === 'developer' ? 'normal' : 'high',
  raisedAt = 0,
}: {
  display?: string
  source?: string
  hasPicture?: boolean
  owner?: string
  priority?: Alert['display']['priority']
  raisedAt?: number
} = {}): Promise<{ alert: Alert; at: string }> {
  const sample = sampleAlert(++count)
  const id = readId('cam-1', sample.read.seenAt, `N${count}`)
  const plate = pictureName(source, 'cam-1', id, 'plate')
  const alert: Alert = {
    ...sample,
    id: alertId(display, { id, source, camera: sample.read.camera }),
    ...(raisedAt > 0 && { raisedAt: instant(raisedAt) }),
    display: { ...sample.display, id: display, owner, priority },
    read: {
      ...{ ...sample.read, id, source, pictures: { plate: hasPicture ? plate : null, vehicle: null } },
      camera: { ...sample.read.camera, address: '1 Harbor Drive' },
    },
  }
  const js = jetstream(rig.admin, PATIENT)
  if (hasPicture) await js.publish(pictureSubject(plate), JPEG)
  // The broker may just have been restarted: without retries a publish that it misses is an error.
  const options = { msgID: alert.id, timeout: 1000, retries: 20 }
  const { seq } = await js.publish(alertSubject(display), JSON.stringify(alert), options)
  return { alert, at: `/v1/alerts/${seq}` }
}
const workOf = (answer: Promise<Response>) => bodyOf<AlertWork>(answer)
const detail = async (answer: Promise<Response>) => (await bodyOf<Problem>(answer)).detail
/** Looks at the picture of the plate, if there is one. */
const look = async (by: Browser, at: string) => {
  const { alert } = await bodyOf<{ alert?: Alert }>(rig.call(at))
  const name = alert?.read.pictures.plate
  if (name) await by.call(`/v1/pictures/${name}`)
}
const verify = async (by: Browser, at: string, plate: string) => {
  await look(by, at)
  return by.send(`${at}/verification`, { plate })
}
const reject = async (by: Browser, at: string, body: object) => {
  await look(by, at)
  return by.send(`${at}/rejection`, body)
}

describe('an alert', () => {
  it('is a lead until somebody has typed what the image shows, and can be shared only then (DSP-7, AUD-7)', async () => {
    const { alert, at } = await raise()
    const to = { recipient: 'port', authority, note: 'northbound' }
    expect(await detail(anna!.send(`${at}/pass-on`, to))).toMatch(/nobody has claimed/)
    expect(await refusal(verify(anna!, at, '7ABC123'))).toEqual([409, 'CONFLICT'])
    expect((await workOf(anna!.send(`${at}/claim`, {}))).claim?.by).toBe('anna')
    expect(await refusal(anna!.send(`${at}/pass-on`, to))).toEqual([409, 'CONFLICT'])
    expect(await detail(verify(anna!, at, '7ABC128'))).toMatch(/is not the watched plate$/)
    const work = await workOf(verify(anna!, at, '7abc-123'))
    expect(work).toMatchObject({
      state: 'verified',
      tries: [{ by: 'anna', plate: '7ABC128', agreement: 'differs' }],
      verdict: {
        ...{ by: 'anna', at: instant(clock.now), plate: '7ABC123', agreement: 'exact' },
        pictureSha256: createHash('sha256').update(JPEG).digest('hex'),
      },
    })
    const seen = await bodyOf<{ alert: Alert; work: AlertWork }>(olga!.call(at))
    expect(seen).toEqual({ alert, work })
    expect(await refusal(bert!.send(`${at}/pass-on`, { ...to, recipient: 'nobody' }))).toEqual([
      404,
      'NOT_FOUND',
    ])
    expect(await refusal(bert!.send(`${at}/pass-on`, { ...to, authority: '' }))).toEqual([
      400,
      'MESSAGE_INVALID',
    ])
    const { passedOn } = await workOf(bert!.send(`${at}/pass-on`, to))
    expect(passedOn).toMatchObject([{ by: 'bert', recipient: 'port', authority }])
    // The receiver was down the first time.
    await expect.poll(() => hook.bodies.length, { timeout: 30_000 }).toBe(1)
    clock.now += 6000
    await expect.poll(() => hook.bodies.length, { timeout: 30_000 }).toBe(2)
    expect(JSON.parse(hook.bodies[1]!)).toMatchObject({
      ...{ type: 'alert.verified', id: passedOn[0]!.id, authority, note: 'northbound' },
      verification: { by: 'anna', plate: '7ABC123' },
    })
    expect(hook.bodies[1]).not.toContain(alert.display.reason)
    const delivery = () => bodyOf<{ state: string }>(anna!.call(`/v1/deliveries/${passedOn[0]!.id}`))
    await expect.poll(async () => (await delivery()).state).toBe('delivered')
    const once = {
      ...{ method: 'POST', body: JSON.stringify({ recipient: 'desk', authority }) },
      headers: { 'content-type': 'application/json', 'idempotency-key': 'pass-on-1' },
    }
    const first = await workOf(bert!.call(`${at}/pass-on`, once))
    expect(await workOf(bert!.call(`${at}/pass-on`, once))).toEqual(first)
    expect(first.passedOn.length).toBe(2)
    const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
    expect(mails[0]).toMatchObject({ to: 'desk@agency.example', text: expect.stringContaining('7ABC123') })
    const { disseminations } = await bodyOf<{ disseminations: Dissemination[] }>(
      olga!.call('/v1/disseminations'),
    )
    const byId = (id: string) => disseminations.filter((one) => one.id === id)
    const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(byId(passedOn[0]!.id)).toMatchObject([
      {
        ...{ by: 'bert', at: passedOn[0]!.at, authority, caseRef: 'CASE-1', case: null, reason: null },
        recipient: { name: 'Port of San Ysidro', organization: 'U.S. Customs' },
        passed: { alert: { id: alert.id, display: 'd1', read: alert.read.id } },
        digest: digestOf(hook.bodies[1]!),
      },
    ])
    expect(byId(first.passedOn[1]!.id)).toMatchObject([
      {
        recipient: { name: 'Duty desk', organization: 'Duty desk' },
        digest: digestOf(JSON.stringify({ subject: mails[0]!.subject, text: mails[0]!.text })),
      },
    ])
    const { recipients } = await bodyOf<{ recipients: object[] }>(anna!.call('/v1/recipients'))
    expect(JSON.stringify(recipients)).not.toMatch(/whsec|http|@/)
  })

  it('is claimed and verified by one of many who try at once (DSP-7)', async () => {
    const { at } = await raise()
    const statuses = async (tries: Promise<Response>[]) =>
      (await Promise.all(tries)).map(({ status }) => status).sort((a, b) => a - b)
    const many = (what: (by: Browser) => Promise<Response>) =>
      Array.from({ length: 20 }, (_, n) => what(n % 2 ? anna! : bert!))
    expect((await statuses(many((by) => by.send(`${at}/claim`, {}))))[0]).toBe(200)
    const holder = (await bodyOf<{ work: AlertWork }>(anna!.call(at))).work.claim!.by
    const answers = await Promise.all(many((by) => verify(by, at, '7ABC123')))
    const others = answers.filter((_, n) => (n % 2 ? 'anna' : 'bert') !== holder)
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 409))
    // The holder's own further tries are lost to the first, or come after it and are answered with its verdict.
    const won = answers.filter(({ status }) => status === 200)
    expect(answers.filter(({ status }) => status === 409).length).toBe(answers.length - won.length)
    const verdicts = await Promise.all(won.map(async (one) => (await bodyOf<AlertWork>(one)).verdict))
    expect(verdicts[0]).toMatchObject({ by: holder, plate: '7ABC123' })
    expect(verdicts).toEqual(verdicts.map(() => verdicts[0]))
  })

  it('whose claim lapsed is free for the next person, and the first is told (DSP-7)', async () => {
    const { at } = await raise()
    await anna!.send(`${at}/claim`, {})
    expect(await detail(bert!.send(`${at}/claim`, {}))).toMatch(/anna has claimed/)
    clock.now += CLAIM_MS
    expect((await bert!.send(`${at}/claim`, {})).status).toBe(200)
    expect(await detail(verify(anna!, at, '7ABC123'))).toMatch(/bert has claimed/)
    expect((await workOf(bert!.send(`${at}/release`, {}))).state).toBe('open')
  })

  it('without an image stays a lead, or is rejected as unreadable (DSP-7)', async () => {
    const { at } = await raise({ hasPicture: false })
    await anna!.send(`${at}/claim`, {})
    expect(await detail(verify(anna!, at, '7ABC123'))).toMatch(/no image.*it remains a lead$/)
    const rejection = { plate: null, reason: 'there is no picture' }
    expect((await workOf(anna!.send(`${at}/rejection`, rejection))).state).toBe('misread')
    expect(await refusal(anna!.send(`${at}/claim`, {}))).toEqual([409, 'CONFLICT'])
  })

  it('rejected as misread counts against its display and camera (DSP-7)', async () => {
    const { at } = await raise({ display: 'd2' })
    await anna!.send(`${at}/claim`, {})
    const right = { plate: '7ABC123', reason: 'to see what happens' }
    expect(await refusal(reject(anna!, at, right))).toEqual([422, 'RULE_BROKEN'])
    expect(await refusal(reject(anna!, at, { ...right, plate: '!!' }))).toEqual([422, 'PLATE_IMPOSSIBLE'])
    await reject(anna!, at, { plate: '7ABC128', reason: 'the last is an eight' })
    const figures = async (by: string) =>
      (await bodyOf<{ figures: object[] }>(olga!.call(`/v1/alerts/precision?by=${by}`))).figures
    await expect
      .poll(() => figures('display'))
      .toMatchObject([
        { id: 'd1', verified: 2, misread: 0, unreadable: 1, precision: 1 },
        { id: 'd2', verified: 0, misread: 1, unreadable: 0, precision: 0 },
      ])
    expect(await figures('camera')).toMatchObject([{ id: 'cam-1', verified: 2, misread: 1 }])
  })

  it('is counted under the names people know, for those who may see it (ACC-6)', async () => {
    const figures = async (by: string, who: Browser) =>
      (await bodyOf<{ figures: NamedPrecision[] }>(who.call(`/v1/alerts/precision?by=${by}`))).figures
    const { plate, region, caseRef, reason, owner } = aDisplay()
    expect(
      (await figures('display', olga!)).map(({ id, display, address }) => [id, display, address]),
    ).toEqual([
      ['d1', { plate, region, caseRef, reason, owner }, null],
      ['d2', { plate, region, caseRef, reason, owner }, null],
    ])
    // Of the source `sim` alone she sees alerts: of others a count, and not where the camera stands.
    const place = async (who: Browser) => (await figures('camera', who))[0]!.address
    expect([await place(anna!), await place(vera!)]).toEqual(['1 Harbor Drive', null])
  })

  it('of a display that was rejected in review is not shared (DSP-4)', async () => {
    const { at } = await raise({ display: 'gone' })
    await anna!.send(`${at}/claim`, {})
    expect((await verify(anna!, at, '7ABC123')).status).toBe(200)
    const passOn = anna!.send(`${at}/pass-on`, { recipient: 'desk', authority })
    expect(await detail(passOn)).toMatch(/oversight rejected the watchlist entry/)
  })

  it('of a source that was not granted cannot be listed, streamed or worked on (ACC-6)', async () => {
    const edge = await raise()
    const sim = await raise({ source: 'sim' })
    const { alerts } = await bodyOf<{ alerts: { alert: Alert }[] }>(vera!.call('/v1/alerts?limit=10'))
    expect(alerts.map(({ alert }) => alert.id)).toEqual([sim.alert.id])
    expect(await refusal(vera!.call(edge.at))).toEqual([403, 'NOT_ALLOWED'])
    const picture = ({ read }: Alert) => vera!.call(`/v1/pictures/${read.pictures.plate}`)
    expect(await refusal(picture(edge.alert))).toEqual([403, 'NOT_ALLOWED'])
    expect((await picture(sim.alert)).status).toBe(200)
    expect((await bodyOf<Problem>(vera!.send(`${edge.at}/claim`, {}))).rules).toEqual(['ACC-6'])
    const stream = await vera!.call('/v1/alerts/stream?after=0')
    const has = (events: SseEvent[], name: string) => events.some(({ event }) => event === name)
    const reading = readEvents(stream, (events) => has(events, 'alert') && has(events, 'sightings'))
    const again = ({ id: alertId, display, read }: Alert, source: string) => {
      const seen = { lastSeenAt: read.seenAt, lastReadId: read.id, upTo: 2 }
      const counted = { ...{ v: 1, alertId, displayId: display.id, source, count: 2 }, ...seen }
      return jetstream(rig.admin).publish(sightingsSubject(alertId), JSON.stringify(counted))
    }
    // Until the stream is open. Events come in order: the other person’s would come before hers.
    await expect
      .poll(async () => {
        await again(edge.alert, 'edge')
        await again(sim.alert, 'sim')
        return Promise.race([reading, undefined])
      })
      .toBeDefined()
    const streamed = await reading
    const told = (name: string) =>
      streamed.filter(({ event }) => event === name).map(({ data }) => JSON.parse(data))
    expect(told('alert').map(({ id }) => id)).toEqual([sim.alert.id])
    expect(told('sightings').map(({ alertId }) => alertId)).toEqual([sim.alert.id])
    expect((await vera!.send(`${sim.at}/claim`, {})).status).toBe(200)
  })

  it('of a source that was taken away is no longer streamed: the stream ends (ACC-6)', async () => {
    const recheckMs = 200
    const other = await rig.startApi({ clock: () => clock.now, recheckMs })
    await somebody('wim', [], ['edge', 'sim'])
    const stream = await fetch(`${other.url}/v1/alerts/stream`, {
      headers: { cookie: 'sightline=token-of-wim' },
    })
    const ended = readEvents(stream, () => false, 2 * PATIENCE_MS).then(
      () => true,
      () => true,
    )
    const within = (ms: number) => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms))
    expect(await Promise.race([ended, within(4 * recheckMs)])).toBe(false)
    await somebody('wim', [], ['edge'])
    // How soon is what test/api/access/stream-ends.test.ts has.
    expect(await Promise.race([ended, within(PATIENCE_MS)])).toBe(true)
  })

  it('becomes a lookout for its case when verified, with its provenance; a lead does not (AUD-9, DSP-7)', async () => {
    const named = caseNaming(['7ABC123'], { members: ['bert'], retainUntil: '2027-06-01T00:00:00.000Z' })
    const { id: caseId } = await bodyOf<{ id: string }>(anna!.send('/v1/cases', named))
    const { id: elsewhere } = await bodyOf<{ id: string }>(
      anna!.send('/v1/cases', { ...named, caseRef: 'CASE-9', members: [] }),
    )
    const { alert, at } = await raise()
    const body = { case: caseId, reason: 'to be inspected when it comes to the border' }
    const lookout = (by = anna!, more: object = {}) => by.send(`${at}/lookout`, { ...body, ...more })
    await anna!.send(`${at}/claim`, {})
    expect(await detail(lookout())).toMatch(/nobody has verified the alert yet/)
    await verify(anna!, at, '7ABC123')
    expect(await detail(lookout(anna, { case: elsewhere }))).toMatch(
      /not the case of the alert's watchlist entry/,
    )
    expect(await refusal(lookout(anna, { reason: 'because because because because' }))).toEqual([
      ...[422, 'RULE_BROKEN'],
    ])
    expect(await refusal(lookout(vera))).toEqual([403, 'NOT_ALLOWED'])
    const made = await bodyOf<Lookout>(lookout())
    expect(made).toMatchObject({
      ...{ plate: '7ABC123', case: caseId, caseRef: 'CASE-1', createdBy: 'anna', state: 'active' },
      verified: { by: 'anna', at: instant(clock.now) },
      provenance: {
        ...{ read: alert.read.id, seenAt: alert.read.seenAt, camera: 'cam-1', source: 'edge' },
        ...{ alert: alert.id, display: 'd1' },
      },
    })
    expect(await bodyOf<Lookout>(olga!.call(`/v1/lookouts/${made.id}`))).toEqual(made)
    expect(lookoutParser.check(made)).toBe(true)
    // What is passed on of it names the case that it belongs to.
    const { passedOn } = await workOf(anna!.send(`${at}/pass-on`, { recipient: 'desk', authority }))
    const { disseminations } = await bodyOf<{ disseminations: Dissemination[] }>(
      anna!.call('/v1/disseminations'),
    )
    expect(disseminations.find(({ id }) => id === passedOn[0]!.id)).toMatchObject({ by: 'anna' })
  })

  it('tells its followers who works on it, as the list does (DSP-1, DSP-7)', async () => {
    const { alert, at } = await raise()
    const following = followEvents(await bert!.call('/v1/alerts/stream'), (events) => events.length === 2)
    await following.caughtUp
    const work = await workOf(anna!.send(`${at}/claim`, {}))
    expect((await following.events).map(({ event, data }) => [event, JSON.parse(data)])[1]).toEqual([
      'work',
      work,
    ])
    const { alerts } = await bodyOf<{ alerts: { alert: Alert; work: AlertWork }[] }>(
      anna!.call('/v1/alerts?limit=1'),
    )
    expect(alerts).toMatchObject([{ alert: { id: alert.id }, work }])
  })

  it('of a high-priority display is e-mailed to its owner once an hour, without the plate (DSP-1)', async () => {
    const told = async () => {
      const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
      return mails.filter(({ id }) => id.startsWith('alert-'))
    }
    for (let n = 0; n < 3; n++) await raise({ owner: 'anna', raisedAt: clock.now })
    await raise({ owner: 'bert', raisedAt: clock.now, priority: 'normal' })
    await raise({ owner: 'bert', raisedAt: clock.now - 3 * 3_600_000 })
    await rig.killBroker()
    await rig.restartBroker()
    await expect.poll(async () => (await rig.call('/v1/alerts')).status, { timeout: 30_000 }).toBe(200)
    await raise({ owner: 'vera', raisedAt: clock.now })
    await expect
      .poll(async () => (await told()).map(({ to }) => to).sort(), { timeout: 30_000 })
      .toEqual(['anna@agency.example', 'vera@agency.example'])
    expect(JSON.stringify(await told())).not.toMatch(/7ABC123|cam-1/)
  })

  it('does not change when the change cannot be recorded (AUD-2)', async () => {
    const { at } = await raise()
    const mend = await rig.breakAudit()
    expect(await refusal(anna!.send(`${at}/claim`, {}))).toEqual([503, 'AUDIT_UNAVAILABLE'])
    await mend()
    expect((await bodyOf<{ work: AlertWork | null }>(anna!.call(at))).work).toBeNull()
  })

  it('leaves a record of each step: who did it, what was read, to whom it was shared under which authority (DSP-7, AUD-7)', async () => {
    const manager = await jetstreamManager(rig.admin)
    const { state } = await manager.streams.info(AUDIT)
    const records: AuditRecord[] = []
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      records.push((await manager.streams.getMessage(AUDIT, { seq }))!.json())
    }
    const of = (action: string) => records.filter((record) => record.action === action)
    expect(of('alert.verify')[0]).toMatchObject({
      actor: 'anna',
      parameters: { plate: '7ABC128', becomes: 'claimed' },
    })
    expect(of('alert.verify')[1]).toMatchObject({
      actor: 'anna',
      parameters: { plate: '7abc-123', becomes: 'verified' },
    })
    expect(of('alert.pass-on')[0]).toMatchObject({
      actor: 'bert',
      parameters: { recipient: 'port', authority },
    })
    expect(of('request.refuse').map(({ parameters }) => parameters.refused)).toEqual(
      expect.arrayContaining(['alert.claim', 'alert.verify', 'alert.reject', 'alert.pass-on']),
    )
  })
})
