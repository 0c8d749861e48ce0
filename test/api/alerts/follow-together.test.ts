import { once } from 'node:events'
import { type AlertSource, followTogether } from '@sightline/api/alerts/follow-together'
import { type Batch, createTail } from '@sightline/api/alerts/tail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const numbered = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, n) => ({ sequence: from + n }))

describe('the newest alerts in memory', () => {
  it('give each follower every alert once and in order, or say that they no longer can', () => {
    const steps = fc.array(fc.oneof(fc.record({ add: fc.nat(400) }), fc.record({ read: fc.nat(2) })))
    fc.assert(
      fc.property(fc.nat(600), steps, (begin, all) => {
        const tail = createTail<{ sequence: number }>(begin, 300)
        const positions = [begin, begin, begin]
        for (const step of all) {
          if ('add' in step) {
            const upTo = tail.upTo() + step.add
            // Every seventh is malformed, and left out.
            const alerts = numbered(tail.upTo() + 1, upTo + 1).filter(({ sequence }) => sequence % 7 > 0)
            tail.add(alerts, upTo)
          } else {
            const position = positions[step.read]!
            const batch = tail.after(position)
            if (batch === null) {
              expect(position).toBeLessThan(tail.from())
              expect(tail.upTo() - position).toBeGreaterThan(200)
              continue
            }
            const wanted = numbered(position + 1, batch.upTo + 1).filter(({ sequence }) => sequence % 7 > 0)
            expect(batch.alerts).toEqual(wanted)
            expect(batch.upTo > position || position === tail.upTo()).toBe(true)
            // Another at the same position gets the same object, of which one text is made.
            expect(tail.after(position)).toBe(batch)
            positions[step.read] = batch.upTo
          }
        }
      }),
    )
  })
})

it('large alerts do not fill the memory: fewer of them are kept', () => {
  const tail = createTail<{ sequence: number; json: string }>(0, 300, 10_000)
  const json = 'x'.repeat(1000)
  for (let n = 1; n <= 100; n++) tail.add([{ sequence: n, json }], n)
  // At most half more than what may stay.
  expect(tail.upTo() - tail.from()).toBeGreaterThanOrEqual(10)
  expect(tail.upTo() - tail.from()).toBeLessThanOrEqual(15)
  expect(tail.after(tail.from())!.alerts).toHaveLength(tail.upTo() - tail.from())
  expect(tail.after(tail.from() - 1)).toBe(null)
  // One that is larger than all may be comes from the stream.
  tail.add([{ sequence: 101, json: 'x'.repeat(20_000) }], 101)
  expect([tail.from(), tail.after(100)]).toEqual([101, null])
  tail.add([{ sequence: 102, json }], 102)
  expect(tail.after(101)!.alerts).toHaveLength(1)
})

/** A stream of so many alerts, which grows on demand. */
function fakeStream() {
  const state = { first: 1, last: 0, followed: 0, pages: 0, away: false, fails: false }
  let wake = new EventTarget()
  const page = (after: number, to: number): Batch<{ sequence: number }> => ({
    alerts: numbered(after + 1, to + 1),
    upTo: to,
  })
  const source: AlertSource<{ sequence: number }> = {
    last: async () => {
      if (state.away) throw new Error('away')
      return state.last
    },
    async *follow(after, signal) {
      state.followed++
      for (let at = after; !signal.aborted; ) {
        if (state.fails) throw new Error('a fault')
        if (at < state.last) {
          const to = Math.min(state.last, at + 100)
          yield page(at, to)
          at = to
        } else {
          await once(wake, 'more', { signal }).catch(() => {})
        }
      }
    },
    page: async (after, to) => {
      state.pages++
      if (state.away) throw new Error('away')
      const [from, end] = [Math.max(after, state.first - 1), Math.min(to, state.last)]
      return from < end ? page(from, end) : { alerts: [], upTo: Math.min(Math.max(to, from), state.last) }
    },
  }
  const grow = (by: number) => {
    state.last += by
    const before = wake
    wake = new EventTarget()
    before.dispatchEvent(new Event('more'))
  }
  return { state, source, grow }
}

describe('followers of one reading', () => {
  const take = async (
    batches: AsyncIterator<Batch<{ sequence: number }>, void>,
    until: number,
    got: number[] = [],
  ) => {
    while ((got.at(-1) ?? 0) < until) {
      const { value } = await batches.next()
      if (!value) break
      got.push(...value.alerts.map(({ sequence }) => sequence))
    }
    return got
  }

  it('begin anywhere, are served by one reading, and a slow one gets the rest from the stream', async () => {
    const { state, source, grow } = fakeStream()
    state.last = 5000
    const together = followTogether(source)
    const stop = new AbortController()
    const slow = together.batches(4999, stop.signal)
    expect(await take(slow, 5000)).toEqual([5000])
    const quick = Array.from({ length: 20 }, () => together.batches(5000, stop.signal))
    for (let round = 0; round < 4; round++) {
      const begin = state.last
      const taking = quick.map((one) => take(one, begin + 3000))
      grow(3000)
      for (const got of await Promise.all(taking))
        expect(got).toEqual(numbered(begin + 1, begin + 3001).map(({ sequence }) => sequence))
    }
    expect(state.pages).toBe(0)
    // 12,000 later it reads on: what is no longer in memory comes in pages, the rest from memory.
    expect(await take(slow, 17_000)).toEqual(numbered(5001, 17_001).map(({ sequence }) => sequence))
    expect(state.pages).toBeGreaterThan(20)
    expect(state.pages).toBeLessThan(40)
    expect(state.followed).toBe(1)
    stop.abort()
    for (const one of [slow, ...quick]) expect((await one.next()).done).toBe(true)
    expect(together.upTo()).toBe(0)
  })

  it('wait while the broker is away, and end when the stream was created again', async () => {
    const { state, source, grow } = fakeStream()
    state.away = true
    const together = followTogether(source)
    const stop = new AbortController()
    const one = together.batches(0, stop.signal)
    const taking = take(one, 10)
    state.away = false
    grow(10)
    expect(await taking).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const next = one.next()
    together.restart()
    expect((await next).done).toBe(true)
    // Who comes then begins a new reading.
    const again = together.batches(0, stop.signal)
    expect(await take(again, 10)).toHaveLength(10)
    expect(state.followed).toBe(2)
    stop.abort()
    expect((await again.next()).done).toBe(true)
  })

  it('pass over what the stream has lost meanwhile, and over nothing else', async () => {
    const { state, source } = fakeStream()
    state.last = 5000
    const together = followTogether(source)
    const stop = new AbortController()
    const late = together.batches(100, stop.signal)
    // Up to here alerts have become too old, before it came to read them.
    state.first = 1000
    expect(await take(late, 5000)).toEqual(numbered(1000, 5001).map(({ sequence }) => sequence))
    stop.abort()
    expect((await late.next()).done).toBe(true)
  })

  it('end when the reading fails, and begin again: silence would look like no alerts', async () => {
    const { state, source, grow } = fakeStream()
    const faults: unknown[] = []
    const together = followTogether(source, (error) => faults.push(error))
    const stop = new AbortController()
    const one = together.batches(0, stop.signal)
    const taking = take(one, 10)
    state.fails = true
    grow(10)
    expect(await taking).toEqual([])
    expect(faults).toEqual([new Error('a fault')])
    state.fails = false
    const again = together.batches(0, stop.signal)
    expect(await take(again, 10)).toHaveLength(10)
    stop.abort()
    expect((await again.next()).done).toBe(true)
  })
})
