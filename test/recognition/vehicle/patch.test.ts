import type { Box } from '@sightline/recognition/geometry'
import type { PixelRequest, Pixels } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { plateMeters, vehiclePatch } from '@sightline/recognition/vehicle/patch'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const [WIDTH, HEIGHT] = [192, 160]

/** A picture whose red says how far right a pixel is, and green how far down. */
function ramp(width: number, height: number) {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      data[at] = (255 * x) / width
      data[at + 1] = (255 * y) / height
      data[at + 2] = 200
    }
  }
  return pictureOf({ width, height, channels: 3, data })
}

describe('the part of a picture that shows a vehicle', () => {
  test('is two meters wide around the plate, measured by the plate', async () => {
    // A plate of 0.305 m is 61 pixels wide: 200 pixels a meter.
    const box: Box = [469.5, 485, 61, 30]
    expect(plateMeters(box)).toBeCloseTo(200)
    const { patch, seen } = await vehiclePatch(ramp(1000, 1000), box, WIDTH, HEIGHT)
    const at = (channel: number, x: number, y: number) => patch[(channel * HEIGHT + y) * WIDTH + x]!
    // From 300 to 700 across, and from 288 to 621.4 down.
    expect(at(0, 0, 80)).toBeCloseTo((255 * 301) / 1000, -0.5)
    expect(at(0, WIDTH - 1, 80)).toBeCloseTo((255 * 699) / 1000, -0.5)
    expect(at(1, 96, 0)).toBeCloseTo((255 * 289) / 1000, -0.5)
    expect(at(1, 96, HEIGHT - 1)).toBeCloseTo((255 * 620.4) / 1000, -0.5)
    expect(at(2, 10, 10)).toBe(200)
    expect(seen).toEqual({ left: 0, top: 0, right: WIDTH, bottom: HEIGHT })
  })

  test('is gray beyond the picture, for a plate anywhere and of any size', async () => {
    const side = fc.integer({ min: 1, max: 300 })
    const where = fc.double({ min: -50, max: 350, noNaN: true })
    const size = fc.double({ min: 0.5, max: 400, noNaN: true })
    await fc.assert(
      fc.asyncProperty(side, side, where, where, size, size, async (width, height, x, y, w, h) => {
        const { patch, seen } = await vehiclePatch(white(width, height), [x, y, w, h], WIDTH, HEIGHT)
        expect(patch).toHaveLength(3 * WIDTH * HEIGHT)
        expect(patch.every((value) => value === 255 || value === 114)).toBe(true)
        // White within what is said to be seen, gray beyond it.
        const isSeen = (at: number) => {
          const [row, column] = [Math.floor(at / WIDTH), at % WIDTH]
          return row >= seen.top && row < seen.bottom && column >= seen.left && column < seen.right
        }
        expect(patch.slice(0, WIDTH * HEIGHT).every((value, at) => (value === 255) === isSeen(at))).toBe(true)
        const unit = plateMeters([x, y, w, h])
        const isWhollyInside =
          x + w / 2 > unit &&
          x + w / 2 + unit < width &&
          y + h / 2 > 1.06 * unit &&
          y + h / 2 + 0.607 * unit < height
        if (isWhollyInside && unit > 20) expect(patch[(HEIGHT / 2) * WIDTH + WIDTH / 2]).toBe(255)
      }),
      { numRuns: 300 },
    )
  })
})

/** A white picture of any size, which is not scaled but made as asked for. */
const white = (width: number, height: number) => ({
  width,
  height,
  stored: { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3) },
  async pixels({ area, width: w, height: h, channels }: PixelRequest): Promise<Pixels> {
    const [left, top, across, down] = area!
    if (left < 0 || top < 0 || across < 1 || down < 1 || left + across > width || top + down > height)
      throw new RangeError('asked for what the picture does not have')
    return { width: w, height: h, channels, data: new Uint8Array(w * h * channels).fill(255) }
  },
})
