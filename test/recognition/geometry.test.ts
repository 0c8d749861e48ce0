import {
  boundingBox,
  distance,
  minAreaRectangle,
  overlap,
  type Point,
  quadHeight,
  quadOfBox,
  quadSlope,
  quadWidth,
} from '@sightline/recognition/geometry'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const turned = (width: number, height: number, angle: number): Point[] =>
  quadOfBox([-width / 2, -height / 2, width, height]).map(([x, y]) => [
    500 + x * Math.cos(angle) - y * Math.sin(angle),
    400 + x * Math.sin(angle) + y * Math.cos(angle),
  ])

describe('minAreaRectangle', () => {
  it('finds the corners of a turned text line again, clockwise from the top left', () => {
    const lines = fc.record({
      height: fc.integer({ min: 10, max: 60 }),
      ratio: fc.double({ min: 1.5, max: 8, noNaN: true }),
      angle: fc.double({ min: -0.7, max: 0.7, noNaN: true }),
    })
    fc.assert(
      fc.property(lines, ({ height, ratio, angle }) => {
        const corners = turned(height * ratio, height, angle)
        const found = minAreaRectangle(corners)
        for (let i = 0; i < 4; i++) expect(distance(found[i]!, corners[i]!)).toBeLessThan(1e-6)
        expect(quadSlope(found)).toBeCloseTo(angle, 6)
      }),
    )
  })

  it('contains every point', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 })), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(points, (some) => {
        const q = minAreaRectangle(some)
        for (const [x, y] of some) {
          for (let i = 0; i < 4; i++) {
            const [a, b] = [q[i]!, q[(i + 1) % 4]!]
            const outside = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
            expect(outside).toBeGreaterThan(-1e-6)
          }
        }
      }),
    )
  })

  it('grows by the margin on each side', () => {
    const q = minAreaRectangle(turned(100, 20, 0.2), (w, h) => (w + h) / 12)
    expect(quadWidth(q)).toBeCloseTo(120)
    expect(quadHeight(q)).toBeCloseTo(40)
  })
})

it('boundingBox stays inside the picture', () => {
  expect(
    boundingBox(
      [
        [-5, 10],
        [120, 90],
      ],
      100,
      80,
    ),
  ).toEqual([0, 10, 100, 70])
})

it('overlap is the covered part of the smaller box', () => {
  expect(overlap([0, 0, 10, 10], [5, 0, 100, 100])).toBe(0.5)
  expect(overlap([0, 0, 10, 10], [2, 2, 2, 2])).toBe(1)
  expect(overlap([0, 0, 10, 10], [10, 0, 5, 5])).toBe(0)
})
