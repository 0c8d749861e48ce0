import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

let broker: TestBroker
let player: NatsConnection
let matcher: Matcher
beforeEach(async () => {
  broker = await testBroker()
  player = await broker.as('replay')
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
})
afterEach(async () => {
  await matcher.close()
  await broker.remove()
})

/** How long the broker stays away each time; the second is longer than anybody waits for an answer. */
const AWAY_MS = [0, 2500, 0]
const HITS_A_KILL = 600

test('when the broker is killed and restarted three times during a replay, each planted hit is one alert', async () => {
  const load = { hits: (AWAY_MS.length + 1) * HITS_A_KILL, readsAHit: 10, held: HITS_A_KILL }
  const replay = beginReplay(player, load)
  let unfinished = 0
  for (const [kill, awayMs] of AWAY_MS.entries()) {
    const letOut = (kill + 1) * HITS_A_KILL
    await replay.alerted(letOut - HITS_A_KILL + 20)
    await broker.kill()
    if (replay.alerts() < letOut) unfinished++
    replay.letOut(letOut + HITS_A_KILL)
    await pause(awayMs)
    await broker.restart()
  }
  expectExactlyOnce(await replay.done, load)
  // Else it would have been killed while nothing was on its way.
  expect(unfinished).toBeGreaterThan(0)
}, 120_000)
