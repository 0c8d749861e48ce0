import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type Link, openLink } from '@sightline/broker/link'
import { readStored, readValues } from '@sightline/broker/read-stored'
import { ALERTS, CASES } from '@sightline/schemas/streams'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
let link: Link
beforeAll(async () => {
  broker = await testBroker()
  link = await openLink(await broker.as('api'))
})
afterAll(() => broker.remove())

const consumersOf = async (stream: string): Promise<number> => {
  const manager = await jetstreamManager(await broker.as('admin'))
  return (await manager.streams.info(stream)).state.consumer_count
}

it('gives what a bucket holds: all that a key had, or the values of many keys, without those deleted', async () => {
  const kv = await new Kvm(jetstream(await broker.as('admin'))).open(CASES)
  await kv.put('a.1', 'first')
  await kv.put('a.1', 'second')
  await kv.put('a.2', 'other')
  await kv.put('a.3', 'gone')
  await kv.delete('a.3')
  await kv.put('b.1', 'elsewhere')
  const text = (values: Awaited<ReturnType<typeof readValues>>) =>
    values.map(({ key, value }) => [key, Buffer.from(value).toString()])
  expect(text(await readValues(link, { bucket: CASES, filter: 'a.*', latestOnly: true }))).toEqual([
    ['a.1', 'second'],
    ['a.2', 'other'],
  ])
  const [entry] = await readValues(link, { bucket: CASES, filter: 'b.1', latestOnly: true })
  const known = await kv.get('b.1')
  expect([entry?.revision, entry?.storedAt]).toEqual([known?.revision, known?.created])
  const kept = await readValues(link, { bucket: CASES, filter: 'a.1', latestOnly: false })
  expect(text(kept).at(-1)).toEqual(['a.1', 'second'])
  expect(await readValues(link, { bucket: CASES, filter: 'c.*', latestOnly: true })).toEqual([])
})

it('gives a page out of the middle of a stream, and is sent no more than that', async () => {
  const js = jetstream(await broker.as('admin'))
  for (let n = 1; n <= 50; n++) await js.publish('alerts.page', `${n}`)
  const numbers = async (range: { from?: number; to?: number }) =>
    (await readStored(link, { stream: ALERTS, ...range })).map(({ seq }) => seq)
  const received = link.connection.stats().inMsgs
  expect(await numbers({ from: 11, to: 15 })).toEqual([11, 12, 13, 14, 15])
  expect(link.connection.stats().inMsgs - received).toBeLessThan(15)
  expect(await numbers({ from: 49 })).toEqual([49, 50])
  expect(await numbers({ from: 49, to: 70 })).toEqual([49, 50])
  expect(await numbers({})).toHaveLength(50)
  expect(await numbers({ from: 51 })).toEqual([])
})

it('leaves no consumer behind, however often it reads, and where reading fails', async () => {
  const before = [await consumersOf(ALERTS), await consumersOf(`KV_${CASES}`)]
  for (let n = 0; n < 40; n++) {
    await readStored(link, { stream: ALERTS, from: 1, to: 5 })
    await readValues(link, { bucket: CASES, filter: 'a.*', latestOnly: true })
    await readValues(link, { bucket: CASES, filter: 'none', latestOnly: true })
  }
  const get = link.js.consumers.get.bind(link.js.consumers)
  const failing = vi.spyOn(link.js.consumers, 'get').mockImplementation(async (...args) => {
    const consumer = await get(...args)
    consumer.fetch = () => Promise.reject(new Error('the connection ended'))
    return consumer
  })
  await expect(readStored(link, { stream: ALERTS, from: 1 })).rejects.toThrow('the connection ended')
  failing.mockRestore()
  await expect.poll(async () => [await consumersOf(ALERTS), await consumersOf(`KV_${CASES}`)]).toEqual(before)
})

it('asks again while nobody hears a new consumer, as in a cluster for a moment', async () => {
  const admin = await openLink(await broker.as('admin'))
  const { connection } = admin
  const publish = connection.publish.bind(connection)
  let asked = 0
  // The server itself says that nobody responds.
  vi.spyOn(connection, 'publish').mockImplementation((subject, ...rest) => {
    const isEarly = subject.includes('.CONSUMER.MSG.NEXT.') && ++asked < 3
    publish(isEarly ? 'nobody.hears.this' : subject, ...rest)
  })
  const found = await readStored(admin, { stream: ALERTS, from: 11, to: 15 })
  expect([asked, found.map(({ seq }) => seq)]).toEqual([3, [11, 12, 13, 14, 15]])
})

it('fails where the broker does not send all, instead of giving a part', async () => {
  const get = link.js.consumers.get.bind(link.js.consumers)
  const slow = vi.spyOn(link.js.consumers, 'get').mockImplementation(async (...args) => {
    const consumer = await get(...args)
    const fetch = consumer.fetch.bind(consumer)
    // As a broker that is too slow: only some have come when the time is over.
    consumer.fetch = () => fetch({ max_messages: 3, expires: 1_000 })
    return consumer
  })
  await expect(readStored(link, { stream: ALERTS, from: 1, to: 10 })).rejects.toThrow(
    'of 10 messages, the broker sent 3',
  )
  slow.mockRestore()
})
