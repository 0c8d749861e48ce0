import { mapQuad, type Point, type Quad, quadOfBox } from '@sightline/recognition/geometry'
import { warp } from '@sightline/recognition/rectify'
import { areaFor, fromWindow, loosen, windowAround } from '@sightline/recognition/sightline/window'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import python from './fixtures/decode.json' with { type: 'json' }

const { quad, window, answer, corners } = python.windowed

describe('windowAround', () => {
  it('shows what training/locator/geometry.py shows, within a gray level', () => {
    const data = Uint8Array.from({ length: 60 * 90 }, (_, i) => ((i % 90) * 3 + Math.floor(i / 90) * 5) % 256)
    const around = windowAround(quad as Quad, [1.45, 1.7])
    const view = warp({ width: 90, height: 60, channels: 1, data }, around, 128, 64, 'black').data
    const seen = window.map((_, i) => view[Math.floor(i / 16) * 8 * 128 + (i % 16) * 8]!)
    const off = seen.filter((value, i) => Math.abs(value - window[i]!) > 8)
    // OpenCV interpolates in 32nds of a pixel: beside the picture's jumps from 255 to 0 that shows.
    expect(off.length).toBeLessThanOrEqual(4)
  })

  it('maps the refiner’s corners back to the picture as decode.py does', () => {
    const around = windowAround(quad as Quad, [1.45, 1.7])
    corners.forEach((corner, k) => {
      const [x, y] = fromWindow(around, (answer[1 + 2 * k]! + 1) / 2, (answer[2 + 2 * k]! + 1) / 2)
      expect(x).toBeCloseTo(corner[0]!, 3)
      expect(y).toBeCloseTo(corner[1]!, 3)
    })
  })

  it('is the quad itself, enlarged around its middle, when that is a parallelogram', () => {
    const number = fc.double({ min: -40, max: 40, noNaN: true })
    fc.assert(
      fc.property(number, number, number, number, (ax, ay, bx, by) => {
        const shape: Quad = [
          [0, 0],
          [ax, ay],
          [ax + bx, ay + by],
          [bx, by],
        ]
        const around = windowAround(shape, [2, 3])
        const middle: Point = [(ax + bx) / 2, (ay + by) / 2]
        expect(around[0][0]).toBeCloseTo(middle[0] - ax - 1.5 * bx, 6)
        expect(around[0][1]).toBeCloseTo(middle[1] - ay - 1.5 * by, 6)
      }),
    )
  })
})

describe('areaFor', () => {
  const picture = { width: 1280, height: 720 }

  it('contains the quad as far as the picture does, in whole multiples of the reduction', () => {
    const side = fc.integer({ min: 1, max: 900 })
    const place = fc.integer({ min: -300, max: 1500 })
    fc.assert(
      fc.property(place, place, side, side, (x, y, w, h) => {
        const needed = areaFor(quadOfBox([x, y, w, h]), 128, picture)
        if (!needed) {
          expect(x + w <= 8 || y + h <= 8 || x >= picture.width - 8 || y >= picture.height - 8).toBe(true)
          return
        }
        const { area, shrink } = needed
        expect(w / 128 / shrink).toBeLessThanOrEqual(2)
        expect(area.every((value) => value >= 0 && value % shrink === 0)).toBe(true)
        expect(area[0] + area[2]).toBeLessThanOrEqual(picture.width)
        expect(area[1] + area[3]).toBeLessThanOrEqual(picture.height)
        expect(area[0]).toBeLessThanOrEqual(Math.max(x, 0))
        expect(area[0] + area[2]).toBeGreaterThan(Math.min(x + w, picture.width - shrink))
      }),
    )
  })

  it('is empty for a quad beside the picture', () => {
    const beside = mapQuad(quadOfBox([0, 0, 60, 20]), ([x, y]) => [x + 2000, y])
    expect(areaFor(beside, 128, picture)).toBeNull()
  })
})

describe('loosened', () => {
  const tilted: Quad = [
    [10, 10],
    [110, 14],
    [108, 44],
    [12, 38],
  ]

  it('moves a level quad outward on each side by a part of its size', () => {
    expect(loosen(quadOfBox([100, 50, 200, 40]), 0.05, 0.1)).toEqual(quadOfBox([90, 46, 220, 48]))
  })

  it('inward and outward again gives the same quad, as far as its size allows', () => {
    const back = loosen(loosen(tilted, -0.02, -0.03), 0.02 / 0.96, 0.03 / 0.94)
    back.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(tilted[i]![0], 6)
      expect(y).toBeCloseTo(tilted[i]![1], 6)
    })
  })
})
