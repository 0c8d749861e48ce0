import type { NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'
import { endMatchers, spawnMatcher } from '../../support/matchers.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

const KILLS = howOften(3, 20, 'SIGHTLINE_TEST_MATCHER_KILLS')
const HITS_A_LIFE = 60
const READS_A_HIT = 50

let broker: TestBroker
let player: NatsConnection
beforeEach(async () => {
  broker = await testBroker()
  player = await broker.as('replay')
})
afterEach(async () => {
  endMatchers()
  await broker.remove()
})

test(
  `when the matcher is killed ${KILLS} times during a replay, each planted hit is one alert`,
  async () => {
    const load = { hits: (KILLS + 1) * HITS_A_LIFE, readsAHit: READS_A_HIT, held: HITS_A_LIFE / 2 }
    const replay = beginReplay(player, load)
    let unfinished = 0
    for (let life = 0; life < KILLS; life++) {
      const before = life * HITS_A_LIFE
      const matcher = await spawnMatcher(broker, 'm')
      // Half of the hits came while there was none, half come now.
      replay.letOut(before + HITS_A_LIFE)
      // At another moment of the work in each life, at the first alert and at the last among them.
      await replay.alerted(before + 1 + ((life * 37) % HITS_A_LIFE))
      await matcher.kill()
      if (replay.alerts() < before + HITS_A_LIFE) unfinished++
      replay.letOut(before + HITS_A_LIFE * 1.5)
    }
    await spawnMatcher(broker, 'm')
    replay.letOut(load.hits)
    expectExactlyOnce(await replay.done, load)
    // Else it would have been killed while it had nothing to do.
    expect(unfinished).toBeGreaterThan(0)
  },
  60_000 + KILLS * 15_000,
)
