import type { NatsConnection } from '@nats-io/transport-node'
import { follow, followBatches } from '@sightline/broker/follow'
import { type Link, openLink } from '@sightline/broker/link'
import { publishAll } from '@sightline/broker/publish-all'
import { READS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readsManager, type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
let admin: NatsConnection
let link: Link
const ending = new AbortController()

beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
  link = await openLink(await broker.as('matcher'))
})
afterEach(() => broker.remove())

const publish = (from: number, to: number) =>
  publishAll(
    admin,
    Array.from({ length: to - from }, (_, i) => ({
      ...{ subject: 'reads.edge.gate-1', payload: String(from + i), msgID: `m${from + i}` },
    })),
    { user: 'admin' },
  )

/** Follows until so many have come. @param onBatch after each batch */
async function followed(count: number, onBatch: (seen: number) => unknown = () => {}): Promise<string[]> {
  const seen: string[] = []
  const options = { stream: READS, from: 1, inFlight: 1000, signal: ending.signal }
  for await (const batch of followBatches(link, options)) {
    seen.push(...batch.map((message) => message.string()))
    await onBatch(seen.length)
    if (seen.length >= count) break
  }
  return seen
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n))

test('every message comes once and in order with its sequence, before and after following begins', async () => {
  await publish(0, 3000)
  const seen = followed(5000)
  await publish(3000, 5000)
  expect(await seen).toEqual(numbers(5000))
  for await (const message of follow(link, {
    stream: READS,
    from: 4321,
    inFlight: 10,
    signal: ending.signal,
  })) {
    expect([message.seq, message.string(), message.subject]).toEqual([4321, '4320', 'reads.edge.gate-1'])
    expect(Math.abs(message.time.getTime() - Date.now())).toBeLessThan(60_000)
    break
  }
})

test('no message is lost or repeated when the broker goes away or the consumer is deleted', async () => {
  await publish(0, 5000)
  const manager = await readsManager(admin)
  let disturbed = 0
  const seen = followed(10_000, async (count) => {
    if (count > 1500 && disturbed === 0) {
      disturbed++
      for await (const { name } of manager.consumers.list(READS)) await manager.consumers.delete(READS, name)
    }
    if (count > 3500 && disturbed === 1) {
      disturbed++
      await broker.restart()
      await publish(5000, 10_000)
    }
  })
  expect(await seen).toEqual(numbers(10_000))
  expect(disturbed).toBe(2)
})

test('for a slow consumer at most the requested messages wait here; the rest stays in the stream', async () => {
  await publish(0, 5000)
  const manager = await readsManager(admin)
  let most = 0
  let last = 0
  const seen = await followed(5000, async (count) => {
    if (count - last < 500) return
    last = count
    await new Promise((resolve) => setTimeout(resolve, 50))
    for await (const { delivered } of manager.consumers.list(READS)) {
      most = Math.max(most, delivered.consumer_seq - count)
    }
  })
  expect(seen).toEqual(numbers(5000))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(1000)
})
