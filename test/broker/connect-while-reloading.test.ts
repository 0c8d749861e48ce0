import { setInterval as every } from 'node:timers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectBroker } from '../../broker/connect.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'

/** Many at once, so that some have not said who they are when the server reads its configuration. */
const CLIENTS = 8
const ROUNDS = 4

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

test('a service that starts while the broker enrols edge agents is let in; a stranger is not', async () => {
  const reloading = every(() => process.kill(broker.pid, 'SIGHUP'), 100)
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(Array.from({ length: CLIENTS }, () => tryToConnect(broker.keys)))
    }
    await expect(tryToConnect(other.keys)).rejects.toMatchObject({ code: 'BROKER_DENIED' })
  } finally {
    clearInterval(reloading)
  }
}, 120_000)
