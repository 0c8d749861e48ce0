import { carArea, keptJpeg } from '@sightline/edge-agent/pictures/cut'
import type { PictureRules } from '@sightline/edge-agent/pictures/rules'
import type { Zones } from '@sightline/edge-agent/zones/zones'
import { createEngine, type Engine, type PlateFinding } from '@sightline/recognition/engine'
import type { Picture, Pixels } from '@sightline/recognition/picture'
import { plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { random } from '@sightline/vendor-sim/world/random'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderPasses } from '../../support/passes.ts'

/** What is kept of a vehicle, looked at by its pixels and read by the real engine. */

let engine: Engine
let picture: Picture
let found: PlateFinding
let plate: string
beforeAll(async () => {
  engine = await createEngine('sightline')
  const { vehicles, frames } = await renderPasses(1)
  plate = vehicles[0]!.plate
  picture = await decodePicture(frames.at(-1)!.jpeg, 'frame')
  const [best] = await engine.find(picture)
  found = best!
}, 60_000)
afterAll(() => engine?.close())

async function pixelsOf(jpeg: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data }
}

const kept = (rules: PictureRules, zones: Zones = {}, area = vehicleArea(found.box, picture)) =>
  keptJpeg(picture, 'vehicle', area, found.box, rules, zones)

/** The picture with noise on its rows from 0 to `bottom`. */
async function noisy({ width, height, pixels }: Picture, bottom: number): Promise<Picture> {
  const { data } = await pixels({ width, height, channels: 3 })
  const rng = random('restless')
  const end = Math.floor(bottom) * width * 3
  const out = data.map((level, i) =>
    i < end ? Math.max(0, Math.min(255, level + rng.normal(0, 40))) : level,
  )
  return pictureOf({ width, height, channels: 3, data: out })
}

/** Mean difference of pixels side by side, gray levels, in rows from … to (shares of the height). */
function detail({ width, height, data }: Pixels, from: number, to: number): number {
  let sum = 0
  let count = 0
  for (let y = Math.floor(from * height); y < Math.floor(to * height); y++) {
    for (let x = 1; x < width; x++) {
      sum += Math.abs(data[(y * width + x) * 3 + 1]! - data[(y * width + x - 1) * 3 + 1]!)
      count++
    }
  }
  return sum / count
}

test('the engine reads the plate of the whole frame', () => {
  expect(found.text).toBe(plate)
})

describe('blurred windows', () => {
  test('have no detail left above the plate, and the plate is still readable', async () => {
    const area = vehicleArea(found.box, picture)
    // As restless as anything behind a window can be, from the frame's upper edge to a plate's width above the plate.
    const restless = await noisy(picture, found.box[1] - 0.8 * found.box[2])
    const of = (rules: PictureRules) => keptJpeg(restless, 'vehicle', area, found.box, rules, {})
    const [clear, blurred] = [await of({}), await of({ windows: 'blurred' })]
    const [, top, , height] = area
    // A hand above the plate: higher than that are the windows.
    const windows = (found.box[1] - top - 0.8 * found.box[2]) / height
    expect(windows).toBeGreaterThan(0.2)
    const before = detail(await pixelsOf(clear), 0, windows)
    const after = detail(await pixelsOf(blurred), 0, windows)
    expect(before).toBeGreaterThan(10)
    expect(after).toBeLessThan(before / 8)
    const read = await engine.find(await decodePicture(Buffer.from(blurred), 'blurred'))
    expect(read.map(({ text }) => text)).toContain(plate)
  })

  test('hide a text behind the glass', async () => {
    // As large as the plate itself, a plate's height and a half above it: larger than any face.
    const [x, y, w, h] = found.box.map(Math.round) as [number, number, number, number]
    const { data, width, height } = await picture.pixels({
      width: picture.width,
      height: picture.height,
      channels: 3,
    })
    const image = sharp(data, { raw: { width, height, channels: 3 } })
    const copy = await image.clone().extract({ left: x, top: y, width: w, height: h }).png().toBuffer()
    const above = Math.max(0, y - Math.round(1.2 * w))
    const both = await image
      .composite([{ input: copy, left: x, top: above }])
      .jpeg({ quality: 95 })
      .toBuffer()
    const twice = await decodePicture(both, 'twice')
    const area = vehicleArea(found.box, twice)
    const count = async (rules: PictureRules) => {
      const jpeg = await keptJpeg(twice, 'vehicle', area, found.box, rules, {})
      const read = await engine.find(await decodePicture(Buffer.from(jpeg), 'kept'))
      return read.filter(({ text }) => text === plate).length
    }
    expect([await count({}), await count({ windows: 'blurred' })]).toEqual([2, 1])
  })
})

test.each([
  ['North America', [1900, 1400, 100, 52]],
  ['Europe', [1900, 1400, 170, 37]],
] as const)(
  'an image that is cut to the vehicle is about two meters wide and smaller than before, for a plate of %s',
  (_of, box) => {
    const large = { width: 3840, height: 2160 } as Picture
    const [area, whole] = [carArea([...box], large), vehicleArea([...box], large)]
    const meter = box[3] / box[2] > 0.4 ? box[2] / 0.305 : box[2] / 0.52
    expect(area[2] / meter).toBeCloseTo(2, 1)
    expect(area[2] * area[3]).toBeLessThan(0.8 * whole[2] * whole[3])
  },
)

test('an image that is cut to the vehicle contains the plate', async () => {
  const area = carArea(found.box, picture)
  const jpeg = await kept({ vehicle: 'cut' }, {}, area)
  const read = await engine.find(await decodePicture(Buffer.from(jpeg), 'cut'))
  expect(read.map(({ text }) => text)).toContain(plate)
  const [x, y, w, h] = plateArea(found.box, picture)
  expect(area[0]).toBeLessThanOrEqual(x)
  expect(area[1]).toBeLessThanOrEqual(y)
  expect(area[0] + area[2]).toBeGreaterThanOrEqual(x + w)
  expect(area[1] + area[3]).toBeGreaterThanOrEqual(Math.min(picture.height, y + h))
})

test('areas outside the zones are black in the stored image', async () => {
  const [x, y, w, h] = vehicleArea(found.box, picture)
  const { width, height } = picture
  // The left quarter of the kept picture.
  const right = (x + w / 4) / width
  const zones: Zones = {
    ignore: [
      [
        [0, 0],
        [right, 0],
        [right, 1],
        [0, 1],
      ],
    ],
  }
  const pixels = await pixelsOf(await kept({}, zones))
  const column = (share: number) =>
    Array.from(
      { length: pixels.height },
      (_, row) => pixels.data[(row * pixels.width + Math.floor(share * pixels.width)) * 3 + 1]!,
    )
  expect(Math.max(...column(0.1))).toBeLessThan(12)
  expect(Math.max(...column(0.6))).toBeGreaterThan(40)
  expect(y + h).toBeLessThanOrEqual(height)
})
