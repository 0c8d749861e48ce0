import { jetstreamManager } from '@nats-io/jetstream'
import { createBrokerClock, followBrokerClock, NEAR_MS } from '@sightline/broker/clock'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { testBroker } from '../support/broker.ts'

const HOUR = 3_600_000

it('is the host’s own clock before the first comparison, and where it is near the broker’s', () => {
  let host = 1_000_000
  const clock = createBrokerClock(
    () => host,
    () => 50,
  )
  expect([clock.now(), clock.aheadMs()]).toEqual([1_000_000, null])
  clock.compared(1_000_000 - NEAR_MS, 50)
  expect([clock.now(), clock.aheadMs()]).toEqual([1_000_000, NEAR_MS])
  host += 1
  expect(clock.now()).toBe(1_000_001 - NEAR_MS - 1)
})

it('is within NEAR_MS of the broker’s, however the host’s clock is set, and goes on with the monotonic clock', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: -HOUR, max: HOUR })))
  fc.assert(
    fc.property(fc.integer({ min: -HOUR, max: HOUR }), steps, (offset, changes) => {
      let broker = 1e12
      let steady = 0
      let host = broker + offset
      const clock = createBrokerClock(
        () => host,
        () => steady,
      )
      clock.compared(broker, steady)
      for (const [passes, step] of changes) {
        broker += passes
        steady += passes
        host += passes + step
        expect(Math.abs(clock.now() - broker)).toBeLessThanOrEqual(NEAR_MS)
        expect(clock.aheadMs()).toBe(host - broker)
      }
    }),
  )
})

it('follows the clock of a real broker, and says once that the host’s is wrong', async () => {
  const broker = await testBroker()
  const stop = new AbortController()
  const error = vi.fn()
  const log = { ...console, error } as never
  try {
    const manager = await jetstreamManager(await broker.as('admin'))
    const host = () => Date.now() + HOUR
    const clock = await followBrokerClock({ manager, stream: 'ALERTS', host, log, signal: stop.signal })
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000)
    expect(clock.aheadMs()).toBeGreaterThan(HOUR - 1000)
    expect(error).toHaveBeenCalledExactlyOnceWith(
      { code: 'CLOCK_WRONG', aheadMs: expect.any(Number) },
      expect.stringContaining('clock is wrong'),
    )
  } finally {
    stop.abort()
    await broker.remove()
  }
})
