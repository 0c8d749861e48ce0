import { setTimeout as pause } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { publishUntilStored } from '@sightline/broker/publish'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import type { Clock } from '@sightline/runtime/clock'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import { ALERTS, DISPLAYS, POSITIONS, REJECTS } from '@sightline/schemas/streams'
import { readSubject, rejectSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'

let broker: TestBroker
let admin: NatsConnection
let matcher: Matcher | undefined

beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterEach(async () => {
  await matcher?.close()
  matcher = undefined
  await broker.remove()
})

const start = async (clock?: Clock) => {
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet, clock })
}
const display = async (change: Partial<Display> = {}) => {
  const value = aDisplay(change)
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put(value.id, JSON.stringify(value))
}
const publish = (read: Read) =>
  publishUntilStored(jetstream(admin), readSubject('edge', read.camera.id), JSON.stringify(read), {
    msgID: read.id,
  })
/** The same plate at another camera each time, so that each is an alert. */
const nth = (n: number) =>
  aRead({
    seenAt: new Date(Date.parse('2026-11-24T03:00:00.000Z') + n).toISOString(),
    camera: { ...gate, id: `gate-${n}` },
  })

const alerts = () => storedAlerts(admin)
/** Which reads alerted, by their number. */
const alerted = async () => (await alerts()).map(({ read }) => Number(read.camera.id.slice('gate-'.length)))

const alertCount = async () => (await (await jetstreamManager(admin)).streams.info(ALERTS)).state.messages
const eventually = (check: () => Promise<void>, timeout = 30_000) =>
  vi.waitFor(check, { timeout, interval: 50 })

test('a read becomes an alert; a display created or closed later counts from then on', async () => {
  await start()
  await publish(nth(1))
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(1), 30_000)
  // A read of the last tenth of a second may count as the next one.
  await pause(500)
  await display()
  await vi.waitFor(() => expect(matcher?.displays()).toBe(1), 30_000)
  await publish(nth(2))
  await eventually(async () => expect((await alerts()).map(({ read }) => read.id)).toEqual([nth(2).id]))
  await display({ state: 'closed' })
  await vi.waitFor(() => expect(matcher?.displays()).toBe(0), 30_000)
  await publish(nth(3))
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(3), 30_000)
  expect(await alertCount()).toBe(1)
})

test('a read with another state alerts, says so, and never replaces one whose state fits', async () => {
  await display({ region: 'us-vt' })
  await display({ id: 'insists', region: 'us-vt', strict: true })
  await start()
  const seen = (n: number, change: Partial<Read>) => ({ ...nth(n), camera: gate, ...change })
  await publish(seen(1, { region: 'us-ga', regionConfidence: 0.35 }))
  await publish(seen(2, { region: 'us-vt', regionConfidence: 0.9 }))
  await eventually(async () => expect(await alertCount()).toBe(3))
  const found = (await alerts()).map(({ display, read, match }) => [display.id, read.region, match.differs])
  expect(found.sort()).toEqual([
    ['d1', 'us-ga', ['region']],
    ['d1', 'us-vt', undefined],
    ['insists', 'us-vt', undefined],
  ])
})

test('a display with a make alerts on a camera that recognizes none or another one, and says so; a strict one does not', async () => {
  const only = { makes: ['Toyota'], colors: ['red'] }
  await display({ only })
  await display({ id: 'insists', only, strict: true })
  await start()
  await publish({ ...nth(1), vehicle: null })
  await publish({ ...nth(2), vehicle: { make: 'Honda', model: null, color: null } })
  await publish({ ...nth(3), vehicle: { make: 'Toyota', model: null, color: null } })
  await eventually(async () => expect(await alerted()).toEqual([1, 2, 3]))
  const matches = (await alerts()).map(({ match }) => match)
  expect(matches.map(({ unchecked }) => unchecked)).toEqual([['make', 'color'], ['color'], ['color']])
  const honda = {
    fact: 'make',
    result: 'differs',
    read: 'Honda',
    certainty: null,
    factor: expect.closeTo(0.1),
  }
  expect(matches[1]).toMatchObject({
    differs: ['make'],
    evidence: [honda, { fact: 'color', result: 'unseen' }],
  })
  expect(matches[1]!.probability).toBeLessThan(matches[1]!.ofText!)
  expect(matcher?.counts.reads).toBe(3)
})

test('reads published while the matcher is down are judged when it is back, each once', async () => {
  await display()
  await start()
  await publish(nth(1))
  await eventually(async () => expect(await alertCount()).toBe(1))
  await matcher?.close()
  await publish(nth(2))
  await publish(nth(3))
  await start()
  await eventually(async () => expect(await alertCount()).toBe(3))
  expect(new Set((await alerts()).map(({ id }) => id)).size).toBe(3)
})

test('when the broker goes away and comes back, no read is lost, no alert repeated, and displays are still followed', async () => {
  await display()
  await start()
  for (let n = 0; n < 50; n++) await publish(nth(n))
  await broker.restart()
  for (let n = 50; n < 100; n++) await publish(nth(n))
  await eventually(async () => expect(await alertCount()).toBe(100))
  await display({ id: 'd2', plate: 'LATER1' })
  await eventually(async () => expect(matcher?.displays()).toBe(2))
  await publish(aRead({ plate: 'LATER1' }))
  await eventually(async () => expect(await alertCount()).toBe(101))
  expect(new Set((await alerts()).map(({ id }) => id)).size).toBe(101)
})

test('a display expires at its instant, even if nobody writes to the bucket and no api runs (DSP-3)', async () => {
  const expires = Date.now() + 3_600_000
  await display({ expiresAt: new Date(expires).toISOString() })
  let now = expires - 1
  await start(() => now)
  await publish(nth(1))
  await eventually(async () => expect(await alerted()).toEqual([1]))
  now = expires
  await publish(nth(2))
  await display({ id: 'd2', plate: 'OTHER1' })
  await vi.waitFor(() => expect(matcher?.displays()).toBe(2), 30_000)
  await publish({ ...nth(3), plate: 'OTHER1' })
  await eventually(async () => expect(await alerted()).toEqual([1, 3]))
  expect(matcher?.counts.reads).toBe(3)
})

test.each(['closed', 'rejected'] as const)(
  'a display that was %s stops matching, within 100 ms (DSP-4, DSP-5)',
  async (state) => {
    await display()
    await start()
    await publish(nth(1))
    await eventually(async () => expect(await alerted()).toEqual([1]))
    await display({ state })
    await pause(100)
    await publish(nth(2))
    await display({ id: 'd2', plate: 'OTHER1' })
    await pause(100)
    await publish({ ...nth(3), plate: 'OTHER1' })
    await eventually(async () => expect(await alerted()).toEqual([1, 3]))
    expect(matcher?.counts.reads).toBe(3)
  },
)

test('late and unordered reads alert like any other; one stored before its display does not (DSP-1)', async () => {
  await start()
  const seen = (n: number, at: number) => ({ ...nth(n), seenAt: new Date(at).toISOString() })
  const now = Date.now()
  await publish(seen(1, now))
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(1), 30_000)
  // Longer than the clocks of a broker's nodes may be apart.
  await pause(1500)
  await display({ createdAt: new Date().toISOString() })
  await publish(seen(2, now + 3_000))
  await publish(seen(3, now - 3_600_000))
  await publish(seen(4, now - 5 * 86_400_000))
  await eventually(async () => expect((await alerted()).sort()).toEqual([2, 3, 4]))
  // Not either by a matcher that judges it long after.
  await matcher?.close()
  await (await new Kvm(jetstream(admin)).open(POSITIONS)).delete('matcher.READS-edge')
  await (await new Kvm(jetstream(admin)).open(POSITIONS)).delete('matcher.READS')
  await start()
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(4), 30_000)
  expect(await alertCount()).toBe(3)
})

test('a message that is not a read is set aside with its reason, and the next read is judged', async () => {
  await display()
  await start()
  await jetstream(admin).publish(readSubject('edge', 'gate-1'), '{"plate": "7ABC123"')
  await publish(nth(1))
  await eventually(async () => expect(await alertCount()).toBe(1))
  const rejected = await (await jetstreamManager(admin)).streams.getMessage(REJECTS, {
    last_by_subj: rejectSubject('matcher', 'edge-gate-1'),
  })
  expect(rejected?.header.get('Sightline-Code')).toBe('MESSAGE_NOT_JSON')
  expect(rejected?.header.get('Sightline-Subject')).toBe(readSubject('edge', 'gate-1'))
  expect(rejected?.string()).toBe('{"plate": "7ABC123"')
})

test('an entry that is no display is set aside, and removes the display that it replaces from the index', async () => {
  await display()
  await start()
  const kv = await new Kvm(jetstream(admin)).open(DISPLAYS)
  await kv.put('d1', JSON.stringify({ ...aDisplay(), plate: '!IMPOSSIBLE!' }))
  await vi.waitFor(() => expect(matcher?.displays()).toBe(0), 30_000)
  await eventually(async () =>
    expect((await (await jetstreamManager(admin)).streams.info(REJECTS)).state.messages).toBe(1),
  )
})
