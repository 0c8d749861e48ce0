import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { publishUntilStored } from '../../broker/publish.ts'
import { type Matcher, startMatcher } from '../../matcher/main.ts'
import { type Alert, alertReader } from '../../schemas/alert.ts'
import type { Display } from '../../schemas/display.ts'
import type { Read } from '../../schemas/read.ts'
import { ALERTS, DISPLAYS, REJECTS } from '../../schemas/streams.ts'
import { readSubject, rejectSubject } from '../../schemas/subjects.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

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

const start = async () => {
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
}
const display = async (change: Partial<Display> = {}) => {
  const value = aDisplay(change)
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put(value.id, JSON.stringify(value))
}
const publish = (read: Read) =>
  publishUntilStored(jetstream(admin), readSubject('edge', read.camera.id), JSON.stringify(read), {
    msgID: read.id,
  })
const nth = (n: number) =>
  aRead({ seenAt: new Date(Date.parse('2026-11-24T03:00:00.000Z') + n).toISOString() })

async function alerts(): Promise<Alert[]> {
  const manager = await jetstreamManager(admin)
  const { state } = await manager.streams.info(ALERTS)
  const found: Alert[] = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(ALERTS, { seq })
    if (message) found.push(alertReader.parseJson(message.data))
  }
  return found
}

const alertCount = async () => (await (await jetstreamManager(admin)).streams.info(ALERTS)).state.messages
const eventually = (check: () => Promise<void>, timeout = 20_000) =>
  vi.waitFor(check, { timeout, interval: 50 })

test('a read becomes an alert; a display made or closed later counts from then on', async () => {
  await start()
  await publish(nth(1))
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(1))
  await display()
  await vi.waitFor(() => expect(matcher?.displays()).toBe(1))
  await publish(nth(2))
  await eventually(async () => expect((await alerts()).map(({ read }) => read.id)).toEqual([nth(2).id]))
  await display({ state: 'closed' })
  await vi.waitFor(() => expect(matcher?.displays()).toBe(0))
  await publish(nth(3))
  await vi.waitFor(() => expect(matcher?.counts.reads).toBe(3))
  expect(await alertCount()).toBe(1)
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

test('the broker goes away and comes back: no read lost, no alert twice, displays still followed', async () => {
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

test('a message that is not a read is set aside with its reason, and the next read is judged', async () => {
  await display()
  await start()
  await jetstream(admin).publish(readSubject('edge', 'gate-1'), '{"plate": "7ABC123"')
  await publish(nth(1))
  await eventually(async () => expect(await alertCount()).toBe(1))
  const rejected = await (await jetstreamManager(admin)).streams.getMessage(REJECTS, {
    last_by_subj: rejectSubject('matcher'),
  })
  expect(rejected?.header.get('Sightline-Code')).toBe('MESSAGE_NOT_JSON')
  expect(rejected?.header.get('Sightline-Subject')).toBe(readSubject('edge', 'gate-1'))
  expect(rejected?.string()).toBe('{"plate": "7ABC123"')
})

test('an entry that is not a display is set aside, and takes the one it replaces out of the index', async () => {
  await display()
  await start()
  const kv = await new Kvm(jetstream(admin)).open(DISPLAYS)
  await kv.put('d1', JSON.stringify({ ...aDisplay(), plate: '!IMPOSSIBLE!' }))
  await vi.waitFor(() => expect(matcher?.displays()).toBe(0))
  await eventually(async () =>
    expect((await (await jetstreamManager(admin)).streams.info(REJECTS)).state.messages).toBe(1),
  )
})
