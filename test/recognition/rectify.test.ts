import { mapQuad, type Quad, quadOfBox } from '@sightline/recognition/geometry'
import type { Pixels } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { rectify, squareToQuad, warp } from '@sightline/recognition/rectify'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Gray that rises to the right and falls down, so that a pixel tells where it is. */
function slope(width: number, height: number): Pixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width
    const y = Math.floor(i / 3 / width)
    return [x * 2, y * 2, 128][i % 3]!
  })
  return { width, height, channels: 3, data }
}

it('squareToQuad maps the corners of the square to those of any convex quadrilateral', () => {
  const jitter = fc.double({ min: -12, max: 12, noNaN: true })
  const quads = fc.array(fc.tuple(jitter, jitter), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(quads, (moves) => {
      let i = 0
      const quad = mapQuad(quadOfBox([20, 20, 100, 40]), ([x, y]) => {
        const [dx, dy] = moves[i++]!
        return [x + dx, y + dy]
      })
      const map = squareToQuad(quad)
      const corners = [map(0, 0), map(1, 0), map(1, 1), map(0, 1)]
      for (let c = 0; c < 4; c++) {
        expect(corners[c]![0]).toBeCloseTo(quad[c]![0], 6)
        expect(corners[c]![1]).toBeCloseTo(quad[c]![1], 6)
      }
    }),
  )
})

describe('warp', () => {
  it('shows black beyond the edge when told to, else the nearest pixel', () => {
    const white = { width: 4, height: 4, channels: 1 as const, data: new Uint8Array(16).fill(255) }
    const around = quadOfBox([-4, 0, 8, 4])
    expect([...warp(white, around, 8, 1, 'black').data]).toEqual([0, 0, 0, 0, 255, 255, 255, 255])
    expect([...warp(white, around, 8, 1).data]).toEqual(new Array(8).fill(255))
  })

  it('gives the same pixels for the whole picture at its own size', () => {
    const source = slope(40, 30)
    expect(warp(source, quadOfBox([0, 0, 40, 30]), 40, 30).data).toEqual(source.data)
  })

  it('repeats the edge beyond the picture', () => {
    const { data } = warp(slope(40, 30), quadOfBox([-80, 0, 80, 30]), 8, 3)
    expect(data[0]).toBe(0)
    expect(data[7 * 3]).toBe(0)
  })
})

describe('rectify', () => {
  it('shows a turned part straight, at the requested size', async () => {
    const picture = pictureOf(slope(120, 100))
    const quad: Quad = [
      [30, 40],
      [90, 20],
      [94, 32],
      [34, 52],
    ]
    const { width, height, data } = await rectify(picture, quad, 128, 24)
    expect([width, height]).toEqual([128, 24])
    const middle = (12 * 128 + 64) * 3
    expect(Math.abs(data[middle]! - 2 * 62)).toBeLessThan(5)
    expect(Math.abs(data[middle + 1]! - 2 * 36)).toBeLessThan(5)
  })

  it('accepts a quadrilateral that lies partly or wholly outside', async () => {
    const picture = pictureOf(slope(60, 40))
    for (const quad of [quadOfBox([50, 30, 40, 20]), quadOfBox([100, 100, 40, 20])]) {
      expect((await rectify(picture, quad, 96, 48)).data).toHaveLength(96 * 48 * 3)
    }
  })
})
