import fc from 'fast-check'
import { expect, it } from 'vitest'
import { durationText, timeText, utcText } from '../../../console/ui/time.ts'

it.each([
  [0, '0 s'],
  [12_999, '12 s'],
  [249_000, '4 min 9 s'],
  [3_600_000, '1 h 0 min'],
  [187_200_000, '2 d 4 h'],
])('shows %i ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

it('never shows more than is left, and less by no more than its smaller unit', () => {
  const UNITS = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000 }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * UNITS.d }), (ms) => {
      const parts = durationText(ms).matchAll(/(\d+) (\w+)/g)
      const said = [...parts].map(
        ([, count, unit]) => [Number(count), UNITS[unit as keyof typeof UNITS]] as const,
      )
      const sum = said.reduce((total, [count, unit]) => total + count * unit, 0)
      expect(sum).toBeLessThanOrEqual(ms)
      expect(ms - sum).toBeLessThan(said.at(-1)![1])
    }),
  )
})

it('shows the day only when it is another day, and UTC whatever the zone', () => {
  const at = new Date('2026-11-24T12:05:01.000Z')
  expect(timeText(at, new Date('2026-11-24T12:59:00.000Z'))).not.toContain('Nov')
  expect(timeText(at, new Date('2026-11-27T12:00:00.000Z'))).toContain('24 Nov 2026')
  expect(utcText(at)).toBe('24 Nov 2026, 12:05:01')
})
