import type { NatsConnection } from '@nats-io/transport-node'
import { batchSends } from '@sightline/broker/batch-sends'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker()
})
afterAll(() => broker.remove())

interface Insides {
  protocol: { transport: { send(bytes: Uint8Array): void } }
}
const writesOf = (connection: NatsConnection) =>
  vi.spyOn((connection as NatsConnection & Insides).protocol.transport, 'send')

/** Fails when a new version of the client library has other insides. */
it('messages of one turn of the event loop are sent as one piece, in order; large amounts are sent at once', async () => {
  const [connection, reader] = [await broker.as('admin'), await broker.as('admin')]
  const received: string[] = []
  reader.subscribe('bench.turns', { callback: (_error, message) => void received.push(message.string()) })
  await reader.flush()
  batchSends(connection)
  const writes = writesOf(connection)
  for (let n = 0; n < 5; n++) {
    connection.publish('bench.turns', String(n))
    await Promise.resolve()
    await null
  }
  expect(writes).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(received).toEqual(['0', '1', '2', '3', '4']), 30_000)
  expect(writes).toHaveBeenCalledTimes(1)

  connection.publish('bench.turns', 'a')
  connection.publish('bench.turns', 'x'.repeat(200_000))
  expect(writes).toHaveBeenCalledTimes(2)
  await connection.flush()
  await vi.waitFor(() => expect(received.length).toBe(7), 30_000)

  await connection.reconnect()
  for await (const { type } of connection.status()) if (type === 'reconnect') break
  connection.publish('bench.turns', 'again')
  await connection.drain()
  await vi.waitFor(() => expect(received.at(-1)).toBe('again'), 30_000)
})
