import { pointAhead } from '@sightline/geometry/great-circle'
import { polygonFault } from '@sightline/schemas/area'
import { vendorSearchRequestParser } from '@sightline/schemas/vendor-search'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const corners = (...places: [lat: number, lon: number][]) => places.map(([lat, lon]) => ({ lat, lon }))
const square = corners([32.5, -117], [32.5, -117.1], [32.6, -117.1], [32.6, -117])

describe('a polygon to search in', () => {
  it.each([
    ['a square', square, null],
    ['a triangle', square.slice(0, 3), null],
    ['a square with a notch', [...square, { lat: 32.55, lon: -117.05 }], null],
    ['an area over the date line', corners([51.9, 179.9], [51.9, -179.9], [52, 180]), null],
    ['corners on a line', corners([32.5, -117], [32.5, -117.1], [32.5, -117.2]), 'flat'],
    ['one place three times', corners([32.5, -117], [32.5, -117], [32.5, -117]), 'flat'],
    ['a bow tie', [square[0]!, square[2]!, square[1]!, square[3]!], 'crossed'],
    ['half a state', corners([32.5, -117], [32.5, -115], [33.5, -115]), 'wide'],
    ['around the world', corners([10, -179], [10, 179], [11, 0]), 'wide'],
  ])('%s: %s', (_, polygon, expected) => {
    expect(polygonFault(polygon)).toBe(expected)
  })

  it('may be any figure whose corners go around its middle, within the maximum radius', () => {
    const middle = fc.record({
      lat: fc.double({ min: -60, max: 60, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    })
    const radii = fc.array(fc.double({ min: 50, max: 20_000, noNaN: true }), { minLength: 3, maxLength: 40 })
    fc.assert(
      fc.property(middle, radii, (middle, radii) => {
        const polygon = radii.map((radiusM, n) => pointAhead(middle, (n * 360) / radii.length, radiusM))
        expect(polygonFault(polygon)).toBe(null)
        const farther = radii.map((radiusM, n) =>
          pointAhead(middle, (n * 360) / radii.length, radiusM + 110_000),
        )
        expect(polygonFault(farther)).toBe('wide')
      }),
    )
  })

  it('is refused with advice', () => {
    const ask = (polygon: typeof square) => () =>
      vendorSearchRequestParser.parse({
        ...{ v: 1, limit: 10, area: { polygon } },
        ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
      })
    expect(ask(square)).not.toThrow()
    expect(ask([square[0]!, square[2]!, square[1]!, square[3]!])).toThrow('give the corners in order')
    expect(ask(corners([32, -117], [32, -110], [40, -110]))).toThrow('50 km from its center (QRY-6)')
  })
})
