import { thumbnailOf } from '@sightline/edge-agent/gate/thumbnail'
import { viewFrame } from '@sightline/edge-agent/status/view'
import type { Box } from '@sightline/recognition/geometry'
import type { Area, Picture, PixelRequest, Pixels } from '@sightline/recognition/picture'
import { checkPixels } from '@sightline/recognition/pictures/checked'
import { cropJpeg, plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { lightOf } from '@sightline/recognition/pictures/video'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { distance, drawn, type Gradient, KINDS, tolerance } from './gradients.ts'

/**
 * Every way from a picture in memory to pixels of another size, over all sizes, areas and channels: what is asked for is
 * what comes, as bright as it was and in its place.
 */

const side = (max: number) => fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max }))
const slope = fc.integer({ min: -40, max: 40 })
const looks = { kind: fc.constantFrom(...KINDS), right: slope, down: slope }
const gradients: fc.Arbitrary<Gradient> = fc.record({ ...looks, width: side(400), height: side(300) })

/** A part of a picture (or all of it), wanted at any size, its own, or smaller by a whole number. */
const requests = fc
  .record({
    ...looks,
    of: fc.tuple(side(60), side(60)),
    times: fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 6),
    to: fc.tuple(side(120), side(120)),
    margins: fc.option(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(20))),
    channels: fc.constantFrom(1 as const, 3 as const),
  })
  .map(({ kind, right, down, of, times, to, margins, channels }) => {
    const [w, h] = [of[0] * (times || 1), of[1] * (times || 1)]
    const [left, above, after, below] = margins ?? [0, 0, 0, 0]
    const gradient: Gradient = { kind, right, down, width: left + w + after, height: above + h + below }
    const [width, height] = times > 0 ? of : to
    const area: Area = [left, above, w, h]
    return { gradient, area, request: { width, height, channels, ...(margins && { area }) } }
  })

function expectShown(got: Pixels, gradient: Gradient, area: Area): void {
  expect(got.data).toHaveLength(got.width * got.height * got.channels)
  const off = distance(got, gradient, area)
  const allowed = tolerance(gradient, area, got)
  expect(off.mean).toBeLessThan(allowed.mean)
  expect(off.most).toBeLessThan(allowed.most)
}

async function expectPixels(
  gradient: Gradient,
  area: Area,
  request: PixelRequest,
  picture: Picture,
): Promise<void> {
  const { width, height, channels } = request
  const got = await picture.pixels(request)
  expect(got).toMatchObject({ width, height, channels })
  expectShown(got, gradient, area)
}

describe('pixels of a picture', { timeout: 120_000 }, () => {
  it('have the requested size and channels, with their brightness in the right place', async () => {
    const holds = fc.asyncProperty(requests, async ({ gradient, area, request }) =>
      expectPixels(gradient, area, request, pictureOf(drawn(gradient))),
    )
    await fc.assert(holds, { numRuns: 300 })
  })

  it.each([
    [352, 240],
    [704, 480],
    [853, 481],
    [854, 480],
    [960, 1080],
    [720, 1280],
    [1600, 1200],
    [2560, 1440],
    [3840, 2160],
  ])('are the same at the sizes of cameras: %i × %i, as networks request them', async (width, height) => {
    for (const kind of ['color', 'bt709'] as const) {
      const gradient = { kind, width, height, right: 70, down: -20 }
      const picture = pictureOf(drawn(gradient))
      const scale = 640 / Math.max(width, height)
      const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
      await expectPixels(gradient, [0, 0, width, height], { ...size, channels: 1 }, picture)
      for (const shrink of [2, 4, 8]) {
        const [w, h] = [Math.floor(width / 2 / shrink), Math.floor(height / 3 / shrink)]
        const area: Area = [width - w * shrink, height - h * shrink, w * shrink, h * shrink]
        await expectPixels(gradient, area, { area, width: w, height: h, channels: 1 }, picture)
      }
    }
  })

  it('keep the brightness of fine detail', async () => {
    const holds = fc.asyncProperty(
      fc.uint8Array({ minLength: 32 * 32, maxLength: 32 * 32 }),
      fc.constantFrom(1 as const, 3 as const),
      fc.tuple(fc.integer({ min: 8, max: 64 }), fc.integer({ min: 8, max: 64 })),
      async (levels, channels, [width, height]) => {
        const data = Uint8Array.from(
          { length: 32 * 32 * channels },
          (_, i) => 64 + (levels[i % levels.length]! >> 1),
        )
        const mean = ({ data: all }: Pick<Pixels, 'data'>) =>
          all.reduce((sum, level) => sum + level, 0) / all.length
        const got = await pictureOf({ width: 32, height: 32, channels, data }).pixels({
          width,
          height,
          channels,
        })
        expect(got.data).toHaveLength(width * height * channels)
        expect(Math.abs(mean(got) - mean({ data }))).toBeLessThan(1.5)
      },
    )
    await fc.assert(holds, { numRuns: 100 })
  })

  it('are refused for a part that does not exist, or memory that is too small for the picture', async () => {
    const picture = pictureOf({ width: 8, height: 6, channels: 3, data: new Uint8Array(8 * 6 * 3) })
    const areas: Area[] = [
      [-1, 0, 2, 2],
      [7, 0, 2, 2],
      [0, 5, 1, 2],
      [0, 0, 0, 1],
      [0, 0, 1.5, 1],
    ]
    for (const area of areas) {
      const asked = picture.pixels({ area, width: 1, height: 1, channels: 1 })
      await expect(asked).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('8×6') })
    }
    const internal = expect.objectContaining({ code: 'INTERNAL' })
    const of = (channels: number, length: number) => () =>
      pictureOf({ width: 8, height: 6, channels, data: new Uint8Array(length) })
    expect(of(1, 144)).toThrow(internal)
    expect(of(3, 48)).toThrow(internal)
    expect(of(4, 192)).toThrow(internal)
    expect(() => pictureOf({ width: 7, height: 5, matrix: 'bt601', data: new Uint8Array(52) })).toThrow(
      internal,
    )
    expect(() => checkPixels(picture.stored as Pixels, { width: 8, height: 6, channels: 1 })).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('1 channel') }),
    )
  })
})

describe('pictures made from a picture', { timeout: 120_000 }, () => {
  it('show any frame as a thumbnail', () => {
    const holds = fc.property(gradients, (gradient) => {
      const cells = thumbnailOf(lightOf(pictureOf(drawn(gradient))))
      expect(cells).toMatchObject({ width: 64, height: 36, channels: 1 })
      expectShown(cells, gradient, [0, 0, gradient.width, gradient.height])
    })
    fc.assert(holds, { numRuns: 100 })
  })

  it('show the part around plate and vehicle, whatever the box', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const boxes = fc.tuple(gradients, share, share, share, share)
    const holds = fc.asyncProperty(boxes, async ([gradient, left, top, along, down]) => {
      const picture = pictureOf(drawn(gradient))
      const [x, y] = [left * gradient.width, top * gradient.height]
      const box: Box = [x, y, along * (gradient.width - x), down * (gradient.height - y)]
      for (const area of [plateArea(box, picture), vehicleArea(box, picture)]) {
        await expectJpeg(await cropJpeg(picture, area), gradient, area, [area[2], area[3]])
      }
    })
    await fc.assert(holds, { numRuns: 100 })
  })

  it('show the frame on the status page at most 1280 pixels wide', async () => {
    const wide = fc.record({ ...looks, width: side(3000), height: side(60) })
    const holds = fc.asyncProperty(wide, async (gradient) => {
      const { width, height } = gradient
      const scale = Math.min(1, 1280 / width)
      const size = [Math.round(width * scale), Math.max(1, Math.round(height * scale))] as const
      const view = viewFrame(pictureOf(drawn(gradient)), 0, [])
      await expectJpeg(await view.jpeg(), gradient, [0, 0, width, height], size)
    })
    await fc.assert(holds, {
      numRuns: 60,
      examples: [[{ kind: 'bt601', right: 9, down: 9, width: 2999, height: 1 }]],
    })
  })
})

async function expectJpeg(
  jpeg: Uint8Array,
  gradient: Gradient,
  area: Area,
  [width, height]: readonly [number, number],
): Promise<void> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width, height, channels: 3 })
  const { mean } = distance({ width, height, channels: 3, data }, gradient, area)
  expect(mean).toBeLessThan(tolerance(gradient, area, info).mean)
}
