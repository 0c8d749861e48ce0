import { crossing, isInPolygon, type PlanePoint } from '@sightline/geometry/plane'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** Whole numbers: a side is then exactly right, left, or on the line. */
const whole = fc.integer({ min: 0, max: 60 })
const point = fc.tuple(whole, whole)

describe('isInPolygon', () => {
  test('agrees with the half-planes of a triangle, in either direction', () => {
    const side = (a: PlanePoint, b: PlanePoint, p: PlanePoint) =>
      (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    fc.assert(
      fc.property(point, point, point, point, (a, b, c, p) => {
        const sides = [side(a, b, p), side(b, c, p), side(c, a, p)]
        fc.pre(sides.every((value) => value !== 0))
        const inside = sides.every((value) => value > 0) || sides.every((value) => value < 0)
        expect(isInPolygon([a, b, c], p)).toBe(inside)
        expect(isInPolygon([c, b, a], p)).toBe(inside)
      }),
    )
  })

  test('excludes a notch', () => {
    const notched: PlanePoint[] = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.6, 1],
      [0.6, 0.4],
      [0.4, 0.4],
      [0.4, 1],
      [0, 1],
    ]
    expect(isInPolygon(notched, [0.5, 0.7])).toBe(false)
    expect(isInPolygon(notched, [0.5, 0.2])).toBe(true)
    expect(isInPolygon(notched, [0.2, 0.7])).toBe(true)
    expect(isInPolygon(notched, [1.2, 0.5])).toBe(false)
  })
})

describe('crossing', () => {
  const line = [
    [0.2, 0.5],
    [0.8, 0.5],
  ] as const

  test('is forward to the right of the line as one looks along it: downward for a line from left to right', () => {
    expect(crossing(line, [0.5, 0.3], [0.5, 0.7])).toBe('forward')
    expect(crossing(line, [0.5, 0.7], [0.5, 0.3])).toBe('back')
    expect(crossing(line, [0.1, 0.3], [0.1, 0.7])).toBeNull()
    expect(crossing(line, [0.3, 0.3], [0.7, 0.4])).toBeNull()
    expect(crossing(line, [0.5, 0.3], [0.5, 0.5])).toBeNull()
  })

  test('turns with the line and with the path', () => {
    const other = { forward: 'back', back: 'forward' } as const
    fc.assert(
      fc.property(point, point, point, point, (a, b, from, to) => {
        const found = crossing([a, b], from, to)
        const expected = found && other[found]
        expect(crossing([b, a], from, to)).toBe(expected)
        expect(crossing([a, b], to, from)).toBe(expected)
      }),
    )
  })
})
