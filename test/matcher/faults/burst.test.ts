import type { NatsConnection } from '@nats-io/transport-node'
import type { Source } from '@sightline/replay/source'
import { instant } from '@sightline/runtime/clock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { endMatchers, spawnMatcher } from '../../support/matchers.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

/** Reads a second, and how many of them there are before and after the burst. */
const RATE = 60
const CALM = RATE
const READS_A_HIT = 6
/** Reads that are due at once: as many a second as the machine can publish, far more than it can make alerts of. */
const BURST = 12_000

let broker: TestBroker
let player: NatsConnection
beforeEach(async () => {
  broker = await testBroker()
  player = await broker.as('replay')
  await spawnMatcher(broker, 'm')
})
afterEach(async () => {
  endMatchers()
  await broker.remove()
})

test('in a burst of more than ten times the rate, each planted hit is one alert', async () => {
  const load = { hits: (BURST + 2 * CALM) / READS_A_HIT, readsAHit: READS_A_HIT }
  const pace = { kind: 'recorded', speed: 1, mostPerSecond: 1e6 } as const
  const result = await beginReplay(player, { ...load, pace, change: inABurst }).done
  expectExactlyOnce(result, load)
  const burstMs = result.lateMs
  expect(BURST / (burstMs / 1000)).toBeGreaterThan(10 * RATE)
})

/** The same reads as if recorded at the rate, then all in one moment, then at the rate. */
function inABurst(source: Source): Source {
  return {
    ...source,
    async *lines(onRefused) {
      let n = 0
      for await (const line of source.lines(onRefused)) {
        const calm = Math.min(n, CALM) + Math.max(0, n - CALM - BURST)
        yield { ...line, seenAt: instant((calm * 1000) / RATE) }
        n++
      }
    },
  }
}
