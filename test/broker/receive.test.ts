import type { NatsConnection } from '@nats-io/transport-node'
import { receiverOf } from '@sightline/broker/receive'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
let admin: NatsConnection

beforeAll(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterAll(() => broker.remove())

/** Fails when a new version of the client library has other insides. */
test('messages of a subscription bypass the library, everything else goes through it, also after a reconnect', async () => {
  const connection = await broker.as('admin')
  const parse = vi.spyOn(
    (connection as unknown as { protocol: { parser: { parse(): void } } }).protocol.parser,
    'parse',
  )
  expect(receiverOf(connection)).toBe(receiverOf(connection))
  const taken: string[] = []
  const errors = vi.fn()
  const end = receiverOf(connection)('bench.ours', (message) => taken.push(message.string()), errors)
  const others: string[] = []
  connection.subscribe('bench.others', { callback: (_error, message) => void others.push(message.string()) })
  await connection.flush()
  const large = 'x'.repeat(300_000)
  const publish = async (...texts: string[]) => {
    for (const text of texts) {
      admin.publish('bench.ours', text)
      admin.publish('bench.others', text)
    }
    await admin.flush()
  }
  await publish('1', large, '2')
  await vi.waitFor(
    () =>
      expect([taken, others]).toEqual([
        ['1', large, '2'],
        ['1', large, '2'],
      ]),
    30_000,
  )
  const seenByLibrary = parse.mock.calls
    .flat()
    .map((bytes) => Buffer.from(bytes as Uint8Array).toString('latin1'))
  expect(seenByLibrary.some((text) => text.includes('bench.others'))).toBe(true)
  expect(seenByLibrary.some((text) => text.includes('bench.ours'))).toBe(false)

  await connection.reconnect()
  for await (const { type } of connection.status()) if (type === 'reconnect') break
  await connection.flush()
  await publish('3')
  await vi.waitFor(() => expect([taken.at(-1), others.at(-1)]).toEqual(['3', '3']), 30_000)

  end()
  await connection.flush()
  await publish('4')
  await vi.waitFor(() => expect(others.at(-1)).toBe('4'), 30_000)
  expect(taken.at(-1)).toBe('3')
  expect(errors).not.toHaveBeenCalled()
})

test('a subscription that the server refuses is reported', async () => {
  const connection = await broker.as('matcher')
  await new Promise<void>((refused) => {
    receiverOf(connection)('audit.everything', () => {}, refused)
  })
})
