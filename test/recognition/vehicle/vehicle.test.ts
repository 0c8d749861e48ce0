import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataSetsFolder } from '@sightline/bench/pictures'
import type { Box } from '@sightline/recognition/geometry'
import { plateArea } from '@sightline/recognition/pictures/crop'
import { openPicture } from '@sightline/recognition/pictures/open'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { loadVehicleNetwork, type VehicleNetwork } from '@sightline/recognition/vehicle/vehicle'
import { random } from '@sightline/vendor-sim/world/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Photographs that the network may be trained on (Open Images, CC BY 2.0), with plates and what anybody sees of the vehicles. */
const KNOWN: readonly (readonly [image: string, box: Box, color: string, view: string])[] = [
  ['3ecd5af7c4f11963.jpg', [245, 202, 265, 143], 'red', 'rear'],
  ['4148b2126f0986a4.jpg', [292, 523, 203, 52], 'blue', 'front'],
  ['a67bc3f5f8650c73.jpg', [557, 358, 168, 30], 'white', 'front'],
  ['02a6ef3d9bd68e91.jpg', [123, 260, 63, 28], 'black', 'front'],
  ['3e156de979eb0828.jpg', [516, 477, 149, 72], 'gray', 'rear'],
  ['b32671b7cc279583.jpg', [128, 267, 219, 84], 'white', 'rear'],
]

const photographs = join(dataSetsFolder(), 'openimages')

let network: VehicleNetwork
beforeAll(async () => {
  network = await loadVehicleNetwork()
})
afterAll(() => network?.close())

describe.skipIf(!existsSync(photographs))('photographs', () => {
  test('of ordinary cars in good light give the right color', async () => {
    for (const [image, box, color, view] of KNOWN) {
      const look = await network.describe(await openPicture(join(photographs, image)), box)
      expect([image, look.color?.name, look.view?.name]).toEqual([image, color, view])
      expect(['car', undefined]).toContain(look.kind?.name)
    }
  })
})

/** A photograph's pixels, changed one by one. */
async function changed(image: string, change: (red: number, green: number, blue: number) => number[]) {
  const picture = await openPicture(join(photographs, image))
  const { width, height } = picture
  const { data } = await picture.pixels({ area: [0, 0, width, height], width, height, channels: 3 })
  const channels = change(0, 0, 0).length as 1 | 3
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++)
    pixels.set(change(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!), channels * i)
  return pictureOf({ width, height, channels, data: pixels })
}
const light = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue
const tinted = (level: number) => [1.04 * level + 4, 0.98 * level, 1.06 * level + 6].map(clip)
const clip = (level: number) => Math.min(255, level)

describe.skipIf(!existsSync(photographs))('no color is told', () => {
  test.each<[string, (red: number, green: number, blue: number) => number[], boolean]>([
    ['of a picture with one channel', (...rgb) => [light(...rgb)], true],
    ['in infrared', (...rgb) => Array(3).fill(light(...rgb)), true],
    ['in infrared with the tint of a camera without a filter', (...rgb) => tinted(light(...rgb)), false],
    ['at night', (...rgb) => rgb.map((level) => level * 0.12), false],
  ])('%s', async (_, change, hasKind) => {
    for (const [image, box] of KNOWN) {
      const look = await network.describe(await changed(image, change), box)
      expect([image, look.color]).toEqual([image, null])
      if (hasKind) expect([image, look.kind?.name]).toEqual([image, 'car'])
    }
  })

  test('nor anything else, where the picture shows nothing but the plate', async () => {
    for (const [image, box] of KNOWN) {
      const picture = await openPicture(join(photographs, image))
      const [x, y, width, height] = plateArea(box, picture)
      const { data } = await picture.pixels({ area: [x, y, width, height], width, height, channels: 3 })
      const there: Box = [box[0] - x, box[1] - y, box[2], box[3]]
      const look = await network.describe(pictureOf({ width, height, channels: 3, data }), there)
      expect([image, look]).toEqual([image, { color: null, kind: null, view: null }])
    }
  })
})

test.each<Box>([
  [10, 10, 1, 1],
  [10, 10, 0.4, 0.2],
  [0, 0, 320, 240],
  [-50, -20, 5000, 2500],
  [319, 239, 40, 20],
])('a plate at %d, %d of %d by %d pixels is no fault', async (...box) => {
  const data = new Uint8Array(320 * 240 * 3).map((_, i) => (i * 7919) % 251)
  const look = await network.describe(pictureOf({ width: 320, height: 240, channels: 3, data }), box)
  expect(look.color).toBeNull()
})

/** A plate 60 pixels wide on a wall of bricks, in courses of half a brick's shift. @param base the color of its bricks */
function brickWall(base: readonly number[], n: number) {
  const [width, height] = [640, 480]
  const draw = random('brick wall', n)
  const brick = [draw.between(36, 60), draw.between(12, 20)] as const
  const shades = Array.from({ length: 64 }, () => draw.between(0.7, 1.25))
  const grain = Array.from({ length: 997 }, () => draw.between(-9, 9))
  const mortar = draw.between(120, 220)
  const data = new Uint8Array(3 * width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const course = Math.floor(y / brick[1])
    for (let x = 0; x < width; x++) {
      const along = x / brick[0] + 0.5 * (course % 2)
      const isJoint = (along % 1) * brick[0] < 2.5 || y - course * brick[1] < 2.5
      const isPlate = Math.abs(x - 320) < 30 && Math.abs(y - 300) < 15
      const isStroke = isPlate && Math.abs(y - 300) < 9 && x % 8 < 3
      const shade = shades[(Math.floor(along) * 7 + course * 13) % 64]!
      for (const channel of base) {
        const level = isStroke ? 40 : isPlate ? 215 : isJoint ? mortar : channel * shade
        data[at] = Math.max(0, Math.min(255, level + grain[(at * 31) % 997]!))
        at++
      }
    }
  }
  return pictureOf({ width, height, channels: 3, data })
}

test('a plate on a wall of bricks has no color: it would be that of the bricks', async () => {
  const told: string[] = []
  for (const base of [
    [150, 70, 55],
    [125, 60, 50],
    [170, 95, 75],
    [110, 45, 40],
    [140, 100, 80],
  ])
    for (let n = 0; n < 4; n++) {
      const { color } = await network.describe(brickWall(base, n), [290, 285, 60, 30])
      if (color) told.push(`${color.name} ${color.probability}`)
    }
  expect(told).toEqual([])
})

test('a picture without a vehicle gives no color', async () => {
  for (const level of [0, 60, 255]) {
    const data = new Uint8Array(320 * 240 * 3).fill(level)
    const picture = pictureOf({ width: 320, height: 240, channels: 3, data })
    const look = await network.describe(picture, [140, 110, 40, 20])
    expect(look.color).toBeNull()
  }
})

test('says which file is missing', async () => {
  await expect(loadVehicleNetwork('/nonexistent')).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('vehicle.onnx'),
  })
})
