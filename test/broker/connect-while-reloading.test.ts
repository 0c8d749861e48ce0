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

let letIn = 0
const tryToConnect = async (keys: string) => {
  const connection = await connectBroker({ servers: broker.url, keys, user: 'api' }, quiet, 30_000)
  letIn++
  await connection.close()
}

test('a service that connects while the broker enrolls edge agents is admitted; a stranger is not', async () => {
  const connectAll = () => Promise.all(Array.from({ length: CLIENTS }, () => tryToConnect(broker.keys)))
  // Each reading refuses who is about to say who he is. Readings that come faster than anybody can say it would refuse everybody
  // for ever, and how long that takes depends on what else the machine does: the next one comes when half have been let in.
  let readings = 0
  const reloading = every(() => {
    if (letIn < (readings * CLIENTS) / 2) return
    readings++
    process.kill(broker.pid, 'SIGHUP')
  }, 50)
  try {
    // On a quiet machine the rounds are over before the readings have come.
    for (let round = 0; round < ROUNDS || readings <= ROUNDS / 2; round++) await connectAll()
    let isRefused = false
    const stranger = expect(tryToConnect(other.keys))
      .rejects.toMatchObject({ code: 'BROKER_DENIED' })
      .finally(() => {
        isRefused = true
      })
    while (!isRefused) await connectAll()
    await stranger
  } finally {
    clearInterval(reloading)
  }
}, 120_000)
