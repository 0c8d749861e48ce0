import { jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import type { Read } from '@sightline/schemas/read'
import { READS, REJECTS } from '@sightline/schemas/streams'
import { readSubject, rejectSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, readsManager, type TestBroker, testBroker } from '../support/broker.ts'
import { putDisplay } from '../support/displays.ts'
import { endMatchers, spawnMatcher } from '../support/matchers.ts'
import { aRead, gate } from '../support/reads.ts'

// What one publisher says must not end the matcher for all others: each of these messages once stopped it, or would have.

let broker: TestBroker
let admin: NatsConnection
let matcher: Matcher | undefined

beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
  await putDisplay(admin)
})
afterEach(async () => {
  await matcher?.close()
  matcher = undefined
  endMatchers()
  await broker.remove()
})

const subject = readSubject('edge', 'gate-1')
/** The same plate at another camera each time, so that each is an alert. */
const nth = (n: number) =>
  aRead({ seenAt: `2026-11-24T03:00:00.00${n}Z`, camera: { ...gate, id: `gate-${n}` } })
const publish = (payload: string | Uint8Array) => jetstream(admin).publish(subject, payload)
const publishRead = (read: Read) =>
  jetstream(admin).publish(readSubject('edge', read.camera.id), JSON.stringify(read))
const alerted = async () => (await storedAlerts(admin)).map(({ read }) => read.camera.id)
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

/** All that was set aside. */
async function rejects(): Promise<StoredMsg[]> {
  const manager = await jetstreamManager(admin)
  const { messages } = (await manager.streams.info(REJECTS)).state
  const all = Array.from({ length: messages }, (_, i) => manager.streams.getMessage(REJECTS, { seq: i + 1 }))
  return (await Promise.all(all)).filter((message) => message !== null)
}

const withKey = (key: string) => JSON.stringify({ ...aRead(), [key]: 1 })

test('a read with a line break in an unknown key is set aside, byte for byte, and ends no process, now or at the next start', async () => {
  const poison = withKey('x\r\ny')
  const first = await spawnMatcher(broker, 'one')
  await publish(poison)
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect((await rejects()).length).toBe(1))
  const [aside] = await rejects()
  expect(aside?.string()).toBe(poison)
  expect(aside?.subject).toBe(rejectSubject('matcher', 'edge-gate-1'))
  expect(aside?.header.get('Sightline-Code')).toBe('MESSAGE_INVALID')
  expect(aside?.header.get('Sightline-Reason')).toContain('x\\u000d\\u000ay')
  await first.kill()
  const second = await spawnMatcher(broker, 'one')
  await publishRead(nth(2))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1', 'gate-2']))
  expect((await rejects()).length).toBe(1)
  await second.stop()
})

test('an unknown key gives a short and clean reason, whatever it contains', async () => {
  await (await readsManager(admin)).streams.update(READS, { max_msg_size: -1 })
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  const keys = [
    ...['\u0007\u001b[31m\u202e', '\ud800', '__proto__', 'constructor', '', '\u2028', '/~0~1'],
    ...['k'.repeat(60_000), '\n'.repeat(30_000)],
  ]
  for (const key of keys) await publish(`{"v":1,${JSON.stringify(key)}:1}`)
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect((await rejects()).length).toBe(keys.length))
  for (const { header } of await rejects()) {
    expect(isClean(header.get('Sightline-Reason'))).toBe(true)
  }
})

test('a message that is too large to be set aside is counted and skipped', async () => {
  await (await readsManager(admin)).streams.update(READS, { max_msg_size: -1 })
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  await publish('x'.repeat(1024 * 1024 - 10))
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect(matcher?.counts).toMatchObject({ refused: 1, lost: 1 }))
  const metrics = await matcher.registry.metrics()
  expect(metrics).toContain('sightline_matcher_lost_total 1')
  await judgedUpTo(2)
})

test('a message that the broker refuses to set aside is counted and skipped', async () => {
  await (await jetstreamManager(admin)).streams.update(REJECTS, { max_msg_size: 100 })
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  for (let n = 0; n < 3; n++) await publish(withKey(`x${n}`))
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect(matcher?.counts).toMatchObject({ refused: 3, lost: 3 }))
  await judgedUpTo(4)
})

test('a message that looks like a command of the server is a message', async () => {
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  for (const code of [100, 404, 408, 409, 503]) {
    await jetstream(admin).publish(subject, '', { headers: headers(code, 'No Messages') })
  }
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect(matcher?.counts.refused).toBe(5))
  expect(matcher.counts.reads).toBe(6)
})

test('a subject with an impossible camera is reported in clean words', async () => {
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  const names = ['\u0001', '\u0007\u001b[31m', '\u000b', '\u202e', 'x'.repeat(2000)]
  for (const name of names) await jetstream(admin).publish(`${subject}${name}`, 'no read')
  await publishRead(nth(1))
  await eventually(async () => expect(await alerted()).toEqual(['gate-1']))
  await eventually(async () => expect((await rejects()).length).toBe(names.length))
  for (const { header } of await rejects()) {
    const told = header.get('Sightline-Subject')
    expect([told.startsWith(subject), isClean(told)]).toEqual([true, true])
  }
  const places = (await rejects()).map(({ header }) => Number(header.get('Sightline-Sequence')))
  expect(places.sort()).toEqual([1, 2, 3, 4, 5])
})

const isClean = (text: string) => /^[^\p{C}\p{Zl}\p{Zp}]{10,300}$/u.test(text)

/** The position moves past what could not be set aside: a restart does not begin with it again. */
async function judgedUpTo(sequence: number): Promise<void> {
  const manager = await jetstreamManager(admin)
  await eventually(async () => {
    const last = { last_by_subj: '$KV.POSITIONS.matcher.READS' }
    expect((await manager.streams.getMessage('KV_POSITIONS', last))?.string()).toBe(String(sequence))
  })
}
