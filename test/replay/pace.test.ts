import { timetable, waiter } from '@sightline/replay/pace'
import { instant } from '@sightline/runtime/clock'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const BEGIN = Date.parse('2026-11-24T03:00:00.000Z')
const instants = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1, maxLength: 200 })
const duesOf = (pace: Parameters<typeof timetable>[0], offsets: readonly number[]) => {
  const dueOf = timetable(pace)
  return offsets.map((offset) => dueOf(instant(BEGIN + offset)))
}

test('a fixed rate is even, whatever was recorded', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 1_000_000 }), (offsets, perSecond) => {
      const dues = duesOf({ kind: 'rate', perSecond }, offsets)
      dues.forEach((due, n) => void expect(due).toBe((n * 1000) / perSecond))
    }),
  )
})

test('the recorded pace at a multiple keeps the distances of ordered reads, divided by it', () => {
  fc.assert(
    fc.property(instants, fc.double({ min: 0.01, max: 1000, noNaN: true }), (some, speed) => {
      const offsets = [...new Set(some)].sort((a, b) => a - b)
      const dues = duesOf({ kind: 'recorded', speed, mostPerSecond: 1e9 }, offsets)
      dues.forEach((due, n) => void expect(due).toBeCloseTo((offsets[n]! - offsets[0]!) / speed, 3))
    }),
  )
})

test('never goes back in time, and never exceeds the maximum rate, however disordered the recording', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 100_000 }), (offsets, mostPerSecond) => {
      const dues = duesOf({ kind: 'recorded', speed: 60, mostPerSecond }, offsets)
      expect(dues[0]).toBe(0)
      for (let n = 1; n < dues.length; n++) {
        expect(dues[n]! - dues[n - 1]!).toBeGreaterThanOrEqual(1000 / mostPerSecond - 1e-6)
      }
    }),
  )
})

test('waits until the moment, not at all for one that has passed, and no longer once it is aborted', async () => {
  const stop = new AbortController()
  const wait = waiter(stop.signal)
  const begun = performance.now()
  await wait(begun + 30)
  // A timer may be some milliseconds early.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(25)
  // Had it waited for as long as the moment is away, either way, that would be ten minutes: more than a test may take.
  await wait(begun - 600_000)
  setTimeout(() => stop.abort(), 10)
  await wait(begun + 600_000)
})

test('a stream that is behind schedule lets others work', async () => {
  const wait = waiter(new AbortController().signal)
  let others = 0
  const timer = setInterval(() => others++, 1)
  // By what the others do, not by the clock: the machine may have no time for anybody.
  const until = performance.now() + 20_000
  while (others < 5 && performance.now() < until) await wait(0)
  clearInterval(timer)
  expect(others).toBeGreaterThanOrEqual(5)
})
