import { createMissed } from '@sightline/edge-agent/sources/missed'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const total = (times: readonly number[]): number => {
  const missed = createMissed()
  return times.reduce((sum, time) => sum + missed(time), 0)
}

test('a steady stream, with jitter, misses nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.double({ min: -0.12, max: 0.12, noNaN: true }), { minLength: 50, maxLength: 300 }),
      (fps, jitter) => {
        expect(total(jitter.map((off, i) => (i + off) / fps))).toBe(0)
      },
    ),
  )
})

test('missing frames are counted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 100, maxLength: 300 }),
      (fps, rolls) => {
        // Ten frames arrive first; of the others about a third is lost.
        const kept = Array.from({ length: 10 + rolls.length }, (_, i) => i).filter(
          (i) => i < 10 || (rolls[i - 10] ?? 9) > 2,
        )
        const lost = kept.at(-1)! + 1 - kept.length
        expect(total(kept.map((i) => i / fps))).toBe(lost)
      },
    ),
  )
})

test('a stream whose time starts again misses nothing', () => {
  expect(total([100, 100.1, 100.2, 100.3, 100.4, 100.5, 0, 0.1, 0.2])).toBe(0)
})
