import { setInterval as every } from 'node:timers'
import { connectBroker } from '@sightline/broker/connect'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'

/** Many at once, so that some have not said who they are when the server reads its configuration. */
const CLIENTS = 8
const ROUNDS = 8

let broker: TestBroker
let other: TestBroker
beforeEach(async () => {
  ;[broker, other] = await Promise.all([testBroker(), testBroker()])
})
afterEach(async () => {
  await Promise.all([broker.remove(), other.remove()])
})

const tryToConnect = async (keys: string) =>
  (await connectBroker({ servers: broker.url, keys, user: 'api' }, quiet, 30_000)).close()

test('a service that starts while the broker enrolls edge agents is let in; a stranger is not', async () => {
  const connectAll = () => Promise.all(Array.from({ length: CLIENTS }, () => tryToConnect(broker.keys)))
  // Each reading refuses who is about to say who he is. On a machine with much to do that takes long; readings that
  // come faster would refuse everybody for ever.
  const begun = performance.now()
  await connectAll()
  const everyMs = Math.max(100, 0.6 * (performance.now() - begun))
  const reloading = every(() => process.kill(broker.pid, 'SIGHUP'), everyMs)
  try {
    for (let round = 0; round < ROUNDS; round++) await connectAll()
    await expect(tryToConnect(other.keys)).rejects.toMatchObject({ code: 'BROKER_DENIED' })
  } finally {
    clearInterval(reloading)
  }
}, 120_000)
