import type { NatsConnection } from '@nats-io/transport-node'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { READS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readsManager, type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
let admin: NatsConnection

beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterEach(() => broker.remove())

const outgoing = (n: number): Outgoing => ({
  ...{ subject: 'reads.edge.gate-1', payload: `read ${n}`, msgID: `m${n}` },
})
const many = (count: number) => Array.from({ length: count }, (_, n) => outgoing(n))
const stored = async () => (await (await readsManager(admin)).streams.info(READS)).state.messages

test('stores everything when the broker comes back, each reported once; what was stored already is a duplicate', async () => {
  const reported: string[] = []
  const onStored = ({ msgID }: Outgoing) => reported.push(msgID)
  expect(await publishAll(admin, many(3000), { user: 'admin', inFlight: 64, onStored })).toEqual({
    ...{ stored: 3000, duplicates: 0, resent: 0 },
  })
  expect(new Set(reported).size).toBe(3000)
  expect(reported.length).toBe(3000)
  expect(await publishAll(admin, many(3001), { user: 'admin' })).toMatchObject({
    duplicates: 3000,
    stored: 3001,
  })
  expect(await stored()).toBe(3001)
})

test('loses and repeats nothing when the broker goes away in the middle', async () => {
  async function* slowly() {
    for (let n = 0; n < 4000; n++) {
      if (n === 2000) void broker.restart()
      if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      yield outgoing(n)
    }
  }
  const result = await publishAll(admin, slowly(), { user: 'admin', inFlight: 500, answerMs: 500 })
  expect(result.stored).toBe(4000)
  expect(await stored()).toBe(4000)
})

test('asks the source for no more than fits in the window', async () => {
  let asked = 0
  let done = 0
  function* counted() {
    for (const message of many(500)) {
      expect(asked++ - done).toBeLessThanOrEqual(10)
      yield message
    }
  }
  await publishAll(admin, counted(), { user: 'admin', inFlight: 10, onStored: () => void done++ })
  expect(done).toBe(500)
})

test.each([
  ['stream', 65 * 1024],
  ['server', 2 * 1024 * 1024],
])('ends with the reason at a message that is too large for the %s', async (_what, size) => {
  const large = { ...outgoing(7), payload: 'x'.repeat(size) }
  await expect(publishAll(admin, [outgoing(1), large], { user: 'admin' })).rejects.toMatchObject({
    ...{ code: 'BROKER_FAILED', message: expect.stringContaining('size') },
  })
})

test('says when the user may not publish', async () => {
  const matcher = await broker.as('matcher')
  await expect(publishAll(matcher, many(3), { user: 'matcher' })).rejects.toMatchObject({
    code: 'BROKER_DENIED',
  })
})

test('waits without a stream, until it is told to end', async () => {
  const reason = new Error('enough')
  const enough = AbortSignal.timeout(600)
  const nowhere = { ...outgoing(1), subject: 'nowhere.at.all' }
  await expect(
    publishAll(admin, [nowhere], { user: 'admin', answerMs: 100, signal: enough }),
  ).rejects.toThrow('aborted due to timeout')
  const ended = AbortSignal.abort(reason)
  await expect(publishAll(admin, [nowhere], { user: 'admin', signal: ended })).rejects.toBe(reason)
})
