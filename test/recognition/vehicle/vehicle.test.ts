import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataSetsFolder } from '@sightline/bench/pictures'
import type { Box } from '@sightline/recognition/geometry'
import { openPicture } from '@sightline/recognition/pictures/open'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { loadVehicleNetwork, type VehicleNetwork } from '@sightline/recognition/vehicle/vehicle'
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
