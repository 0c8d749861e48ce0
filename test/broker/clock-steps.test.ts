import { afterEach, expect, test, vi } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
afterEach(async () => {
  vi.restoreAllMocks()
  await broker.remove()
})

test('a connection that was lost while the clock was an hour ahead is made again after the clock stepped back', async () => {
  broker = await testBroker()
  const connection = await broker.as('matcher')
  const now = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000)
  // It looks at the clock once a second.
  const heard: string[] = []
  void (async () => {
    for await (const { type } of connection.status()) heard.push(type)
  })()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await broker.kill()
  await vi.waitFor(() => expect(heard).toContain('reconnecting'), 30_000)
  vi.restoreAllMocks()
  await broker.restart()
  await vi.waitFor(() => expect(heard).toContain('reconnect'), 30_000)
  await connection.rtt()
})
