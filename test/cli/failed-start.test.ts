import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { runProgram } from '../support/killed.ts'

/** A service whose start fails late, when it has connections and timers: what supervises it must see it end. */

let broker: TestBroker
let taken: Server
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  ;[broker, folder] = await Promise.all([testBroker(), temporaryFolder()])
  taken = createServer()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
})
afterAll(async () => {
  taken.close()
  await Promise.all([broker.remove(), folder.remove()])
})

it.each([
  ['api', (port: string) => ['--port', port, '--data', folder.path]],
  ['matcher', (port: string) => ['--monitor-port', port]],
])('%s ends with its status when its port is taken', async (name, options) => {
  const port = String((taken.address() as AddressInfo).port)
  const at = ['--broker', broker.url, '--keys', broker.keys]
  const { status, signal, said } = await runProgram([name, 'run', ...at, ...options(port)])
  expect({ status, signal }).toEqual({ status: 69, signal: null })
  expect(said).toContain('PORT_IN_USE')
})
