import { distanceM, headingBetween, pointAhead, pointBetween } from '@sightline/geometry/great-circle'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const point = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
})
const heading = fc.double({ min: 0, max: 359.999, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })

test('a point between two divides their distance as requested, anywhere on earth', () => {
  fc.assert(
    fc.property(
      point,
      heading,
      fc.double({ min: 0, max: 10_000, noNaN: true }),
      share,
      (a, course, meters, part) => {
        const b = pointAhead(a, course, meters)
        const middle = pointBetween(a, b, part)
        expect(distanceM(a, b)).toBeCloseTo(meters, 3)
        expect(distanceM(a, middle)).toBeCloseTo(part * meters, 3)
        expect(distanceM(middle, b)).toBeCloseTo((1 - part) * meters, 3)
        expect(Math.abs(middle.lat)).toBeLessThanOrEqual(90)
        expect(Math.abs(middle.lon)).toBeLessThanOrEqual(180)
      },
    ),
    { numRuns: 500 },
  )
})

test('over the date line the path is the short one', () => {
  const middle = pointBetween({ lat: 10, lon: 179.999 }, { lat: 10, lon: -179.999 }, 0.5)
  expect(Math.abs(middle.lon)).toBeCloseTo(180, 6)
  expect(middle.lat).toBeCloseTo(10, 6)
})

test('over the pole the path is straight', () => {
  const middle = pointBetween({ lat: 89.999, lon: 0 }, { lat: 89.999, lon: 180 }, 0.5)
  expect(middle.lat).toBeCloseTo(90, 6)
})

test('a minute of longitude at San Diego is as long as its latitude says', () => {
  // One minute of longitude at 32.7 degrees: a nautical mile times the cosine.
  expect(distanceM({ lat: 32.7, lon: -117 }, { lat: 32.7, lon: -117 + 1 / 60 })).toBeCloseTo(1559.5, 0)
})

test('opposite points have no single path: the first is kept', () => {
  expect(pointBetween({ lat: 0, lon: 0 }, { lat: 0, lon: 180 }, 0.5)).toEqual({ lat: 0, lon: 0 })
})

test('a heading turns the short way, at an even pace, and stays a heading', () => {
  const turn = (from: number, to: number) => Math.abs(((to - from + 540) % 360) - 180)
  fc.assert(
    fc.property(heading, heading, share, (a, b, part) => {
      const middle = headingBetween(a, b, part)
      expect(middle).toBeGreaterThanOrEqual(0)
      expect(middle).toBeLessThan(360)
      expect(turn(a, middle)).toBeCloseTo(turn(a, b) * part, 6)
      expect(turn(a, b)).toBeLessThanOrEqual(180)
    }),
  )
  expect(headingBetween(350, 10, 0.5)).toBeCloseTo(0, 9)
  expect(headingBetween(10, 350, 0.75)).toBeCloseTo(355, 9)
})
