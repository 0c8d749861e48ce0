import type { FactConfusion } from '@sightline/matching/fact-confusion'
import { differingFactor, factTable, TWINS, UNMEASURED, withFacts } from '@sightline/matching/facts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Vermont is often told as New Hampshire, and never as Georgia. */
const measured: FactConfusion = {
  count: 300,
  truths: { 'us-ga': 100, 'us-nh': 100, 'us-vt': 100 },
  reads: {
    'us-ga': { 'us-ga': 98, 'us-nh': 2 },
    'us-nh': { 'us-nh': 75, 'us-vt': 60, 'us-ga': 2 },
    'us-vt': { 'us-vt': 40, 'us-nh': 5 },
  },
  certainty: [
    { mean: 0.3, count: 40, right: 12 },
    { mean: 0.7, count: 60, right: 30 },
    { mean: 0.8, count: 60, right: 24 },
    { mean: 0.999, count: 998, right: 998 },
  ],
}
const table = factTable(measured)
const share = fc.double({ min: 0, max: 1, noNaN: true })

test('a certainty counts as much as it was right, and never less than a lower one', () => {
  expect(table.rightAt(0)).toBe(0)
  expect(table.rightAt(0.3)).toBeCloseTo(13 / 42, 9)
  // What falls is joined: 0.7 and 0.8 together.
  expect(table.rightAt(0.75)).toBeCloseTo((31 / 62 + 25 / 62) / 2, 9)
  expect(table.rightAt(1)).toBeCloseTo(999 / 1000, 9)
  fc.assert(
    fc.property(share, share, (a, b) => {
      expect(table.rightAt(Math.min(a, b))).toBeLessThanOrEqual(table.rightAt(Math.max(a, b)))
    }),
  )
})

test('a state at a low certainty lowers a match a little, at a high one a lot', () => {
  const factor = (certainty: number) => differingFactor(table, 'us-ga', certainty, ['us-vt'])
  expect(factor(0.2)).toBeGreaterThan(0.2)
  expect(factor(0.999)).toBeLessThan(0.001)
})

test('a state that is often taken for another says less against it, and the other way apart', () => {
  const factor = (told: string, wanted: string) => differingFactor(table, told, 0.999, [wanted])
  expect(factor('us-nh', 'us-vt')).toBeGreaterThan(factor('us-nh', 'us-ga'))
  expect(factor('us-nh', 'us-vt')).toBeGreaterThan(factor('us-ga', 'us-vt'))
  expect(differingFactor(table, 'us-nh', 0.1, ['us-vt'])).toBe(1)
})

test('a name by which nearly everything is called says little against the rest', () => {
  const kinds = factTable({
    count: 162,
    truths: { car: 154, pickup: 5, van: 3 },
    reads: { car: { car: 147, pickup: 5, van: 3 } },
    certainty: [{ mean: 0.97, count: 155, right: 147 }],
  })
  expect(differingFactor(kinds, 'car', 0.97, ['pickup'])).toBeGreaterThan(0.6)
})

test('a name that was not measured is as likely as any other', () => {
  expect(differingFactor(table, 'us-ga', 0.999, ['us-pr'])).toBeCloseTo(1 - table.rightAt(0.999), 12)
  expect(differingFactor(table, 'constructor', 0.999, ['toString'])).toBeCloseTo(1 - table.rightAt(0.999), 12)
  expect(differingFactor(UNMEASURED, 'us-ga', 1, ['us-vt'])).toBeCloseTo(0.1, 9)
})

test('what a strict display misses is the share of its vehicles that are told as others', () => {
  expect(table.missed(['us-vt'])).toBe(0.6)
  expect(table.missed(['us-vt', 'us-nh'])).toBeCloseTo(2 / 200, 9)
  expect(table.missed(['us-pr'])).toBeNull()
})

test('facts only lower a probability; none, and the certain text, change it as they should', () => {
  fc.assert(
    fc.property(share, share, share, (ofText, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      expect(withFacts(ofText, low)).toBeLessThanOrEqual(withFacts(ofText, high) + 1e-15)
      expect(withFacts(ofText, high)).toBeLessThanOrEqual(ofText + 1e-15)
      expect(withFacts(ofText, 1)).toBeCloseTo(ofText, 12)
      expect(withFacts(ofText, 0)).toBe(0)
    }),
  )
  // However certain the text, a twin remains.
  expect(withFacts(1, TWINS / (1 + TWINS))).toBeCloseTo(0.5, 9)
})
