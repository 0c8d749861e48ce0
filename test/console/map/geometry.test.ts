import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boxAround,
  graticule,
  graticuleStep,
  middleOf,
  nextOf,
  ringOf,
} from '../../../console/map/geometry.ts'

describe('the map', () => {
  it('draws a circle closed, at the right distance', () => {
    const ring = ringOf({ lat: 32.5, lon: -117, radiusM: 1000 })
    expect(ring.at(-1)![0]).toBeCloseTo(ring[0]![0], 9)
    for (const [lon, lat] of ring) {
      const [y, x] = [(lat - 32.5) * 111_195, (lon + 117) * 111_195 * Math.cos((32.5 * Math.PI) / 180)]
      expect(Math.hypot(x, y)).toBeCloseTo(1000, 3)
    }
  })

  it('closes a polygon', () => {
    const polygon = [
      { lat: 0, lon: 0 },
      { lat: 0, lon: 1 },
      { lat: 1, lon: 1 },
    ]
    expect(ringOf({ polygon })).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ])
  })

  it('computes a box around everything on it', () => {
    expect(boxAround([], [], [])).toBeNull()
    const lines = [
      {
        id: 'a',
        coordinates: [
          [-117, 32],
          [-116, 33],
        ] as const,
      },
    ]
    expect(boxAround([{ lat: 31, lon: -115 }], lines, [])).toEqual([-117, 31, -115, 33])
  })

  it('draws few lines of degrees at any zoom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.003, max: 100, noNaN: true }), (width) => {
        expect(width / graticuleStep(width)).toBeLessThanOrEqual(8)
        const { coordinates } = graticule([-100, 30, -100 + width, 30 + width / 2])
        expect(coordinates.length).toBeLessThan(40)
      }),
    )
  })

  it('writes a name in the middle of the largest part', () => {
    const square = (x: number, size: number) => [
      [
        [x, 0],
        [x + size, 0],
        [x + size, size],
        [x, size],
        [x, 0],
      ],
    ]
    const [lon, lat] = middleOf({ type: 'MultiPolygon', coordinates: [square(0, 1), square(10, 4)] })
    expect([lon, lat]).toEqual([12, 2])
  })

  it('cycles through points that lie on each other', () => {
    expect(nextOf(['a', 'b', 'c'], null)).toBe('a')
    expect(nextOf(['a', 'b', 'c'], 'b')).toBe('c')
    expect(nextOf(['a', 'b', 'c'], 'c')).toBe('a')
    expect(nextOf(['a', 'b'], 'elsewhere')).toBe('a')
    expect(nextOf([], 'a')).toBeUndefined()
  })
})
