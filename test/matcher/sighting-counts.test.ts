import { createSightingCounter } from '@sightline/matcher/sighting-counts'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const counted = (count: number, alertId = 'a'): SightingCount => ({
  ...{ v: 1, alertId, displayId: 'd1', count },
  ...{ lastSeenAt: '2026-11-24T00:00:00.000Z', lastReadId: 'r', upTo: count },
})
const settledOf = (promise: Promise<void>) => {
  const state = { settled: false }
  promise.then(() => {
    state.settled = true
  })
  return state
}

test('of many counts within the interval only the newest is sent; a caller that waits for any of them waits for it', async () => {
  const published: number[] = []
  const keeper = createSightingCounter(async ({ count }) => published.push(count), 2000)
  const first = settledOf(keeper.note(counted(2)))
  await vi.advanceTimersByTimeAsync(1000)
  keeper.note(counted(4))
  keeper.note(counted(3))
  await vi.advanceTimersByTimeAsync(999)
  expect([published, first.settled]).toEqual([[], false])
  await vi.advanceTimersByTimeAsync(1)
  expect([published, first.settled]).toEqual([[4], true])
  keeper.note(counted(5))
  await vi.advanceTimersByTimeAsync(1999)
  expect(published).toEqual([4])
  await vi.advanceTimersByTimeAsync(1)
  expect(published).toEqual([4, 5])
})

test('a message waits for the one before it, however long that takes', async () => {
  const published: number[] = []
  let release = () => {}
  const keeper = createSightingCounter(async ({ count }) => {
    if (count === 2) await new Promise<void>((resolve) => (release = resolve))
    published.push(count)
  }, 2000)
  keeper.note(counted(2))
  await vi.advanceTimersByTimeAsync(2000)
  const second = settledOf(keeper.note(counted(3)))
  await vi.advanceTimersByTimeAsync(10_000)
  expect([published, second.settled]).toEqual([[], false])
  release()
  await vi.advanceTimersByTimeAsync(0)
  expect([published, second.settled]).toEqual([[2, 3], true])
})

test('a flush does not wait for the interval, and does not touch other alerts', async () => {
  const published: string[] = []
  const keeper = createSightingCounter(
    async ({ alertId, count }) => published.push(`${alertId}${count}`),
    2000,
  )
  const all = [keeper.note(counted(2)), keeper.note(counted(2, 'b'))]
  keeper.flush()
  await Promise.all(all)
  expect(published).toEqual(['a2', 'b2'])
})

test('when one cannot be stored, its callers get the error, and the next one is tried', async () => {
  const published: number[] = []
  const keeper = createSightingCounter(async ({ count }) => {
    if (count === 2) throw new Error('stopping')
    published.push(count)
  }, 2000)
  const failed = expect(keeper.note(counted(2))).rejects.toThrow('stopping')
  await vi.advanceTimersByTimeAsync(2000)
  await failed
  const next = keeper.note(counted(3))
  await vi.advanceTimersByTimeAsync(2000)
  await next
  expect(published).toEqual([3])
})
