import { type Bounds, boundsOf, eastOf, isWithin } from '@sightline/geometry/area'
import { middleOf, type Point, pointAhead } from '@sightline/geometry/great-circle'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const place = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
})
const heading = fc.double({ min: 0, max: 360, noNaN: true })
const radiusM = fc.double({ min: 1, max: 5_000_000, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })

const SLACK = 1e-9
const isInBox = ({ south, north, zero, west, east }: Bounds, { lat, lon }: Point) =>
  lat >= south - SLACK &&
  lat <= north + SLACK &&
  eastOf(zero, lon) >= west - SLACK &&
  eastOf(zero, lon) <= east + SLACK

describe('the box around an area', () => {
  it('contains each point of a circle, also over the date line and a pole', () => {
    fc.assert(
      fc.property(place, radiusM, heading, share, (center, radiusM, course, part) => {
        const circle = { ...center, radiusM }
        const inside = pointAhead(center, course, radiusM * part * 0.999999)
        expect(isWithin(circle, inside)).toBe(true)
        expect(isInBox(boundsOf(circle), inside)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('is no larger than the circle: it touches it in the north, south, east and west', () => {
    const { south, north, west, east } = boundsOf({ lat: 52, lon: 179.9, radiusM: 50_000 })
    expect(north - south).toBeCloseTo(100_000 / 111_195, 4)
    expect(east - west).toBeCloseTo(100_000 / 111_195 / Math.cos((52 * Math.PI) / 180), 2)
  })

  it('contains each point of a polygon', () => {
    const around = fc.array(fc.double({ min: 10, max: 500_000, noNaN: true }), {
      minLength: 3,
      maxLength: 12,
    })
    const center = place.filter(({ lat }) => Math.abs(lat) < 70)
    fc.assert(
      fc.property(center, around, heading, share, (center, radii, course, part) => {
        const polygon = radii.map((radius, n) => pointAhead(center, (n * 360) / radii.length, radius))
        const point = pointAhead(center, course, part * 500_000)
        if (isWithin({ polygon }, point)) expect(isInBox(boundsOf({ polygon }), point)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the middle of points', () => {
  it('is near all of them when they are near each other', () => {
    fc.assert(
      fc.property(place, fc.array(heading, { minLength: 1, maxLength: 9 }), (center, courses) => {
        const middle = middleOf(courses.map((course) => pointAhead(center, course, 1000)))!
        expect(isWithin({ ...center, radiusM: 1000.001 }, middle)).toBe(true)
      }),
    )
  })

  it('does not exist for no points, and for opposite ones', () => {
    expect(middleOf([])).toBeUndefined()
    expect(
      middleOf([
        { lat: 0, lon: 0 },
        { lat: 0, lon: 180 },
      ]),
    ).toBeUndefined()
  })
})
