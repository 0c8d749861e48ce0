import {
  expose,
  type Homography,
  invert,
  overlay,
  type Pixels,
  project,
} from '@sightline/vendor-sim/render/pixels'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const filled = (width: number, height: number, channels: 3 | 4, value: number): Pixels => ({
  ...{ width, height, channels },
  data: new Uint8Array(width * height * channels).fill(value),
})

/** Homographies of cameras: mild perspective, far from degenerate. */
const homography = fc
  .record({
    a: fc.double({ min: 0.5, max: 2, noNaN: true }),
    b: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    c: fc.double({ min: -100, max: 100, noNaN: true }),
    g: fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
  })
  .map(({ a, b, c, g }): Homography => [a, b, c, -b, a, c, g, g, 1])

describe('homographies', () => {
  it('map back to the same point by their inverse', () => {
    fc.assert(
      fc.property(homography, fc.nat(200), fc.nat(200), (m, x, y) => {
        const [u, v] = project(invert(m), ...project(m, x, y))
        expect(u).toBeCloseTo(x, 5)
        expect(v).toBeCloseTo(y, 5)
      }),
    )
  })
})

describe('overlay', () => {
  it('puts a layer where the homography says, and nothing elsewhere', () => {
    const target = filled(40, 30, 3, 10)
    overlay(target, filled(8, 6, 4, 255), [1, 0, 20, 0, 1, 10, 0, 0, 1])
    const gray = (x: number, y: number) => target.data[(y * 40 + x) * 3]
    expect(gray(23, 12)).toBe(255)
    expect([gray(5, 5), gray(18, 12), gray(30, 12), gray(23, 20)]).toEqual([10, 10, 10, 10])
  })

  it('does not change the target where the layer is transparent', () => {
    const target = filled(20, 20, 3, 77)
    overlay(target, filled(20, 20, 4, 0), [1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect(target).toEqual(filled(20, 20, 3, 77))
  })

  it('survives layers that lie outside or across the edge', () => {
    fc.assert(
      fc.property(homography, (m) => {
        overlay(filled(30, 20, 3, 0), filled(50, 40, 4, 200), m)
      }),
    )
  })
})

describe('expose', () => {
  it('scales, adds noise with the requested deviation and stays in range', () => {
    const pixels = filled(200, 100, 3, 100)
    expose(pixels, 1.2, 5, false, random('noise'))
    const values = [...pixels.data]
    const mean = values.reduce((a, b) => a + b) / values.length
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
    expect(mean).toBeCloseTo(119.5, 0)
    expect(deviation).toBeGreaterThan(4.5)
    expect(deviation).toBeLessThan(5.5)
  })

  it('gives a gray picture when asked', () => {
    const pixels: Pixels = { width: 1, height: 1, channels: 3, data: new Uint8Array([200, 100, 0]) }
    expose(pixels, 1, 0, true, random('gray'))
    expect(new Set(pixels.data).size).toBe(1)
  })
})
