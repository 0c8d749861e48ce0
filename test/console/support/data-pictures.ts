import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { PLATE_HEIGHT, PLATE_WIDTH } from '@sightline/vendor-sim/render/plate-art'
import { composeScene, FRAME_HEIGHT, FRAME_WIDTH, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import type { Body, Vehicle } from '@sightline/vendor-sim/world/vehicles'
import sharp from 'sharp'

export interface Drawn {
  plate: string
  /** One that has a layout: vendor-sim/render/plate-layouts.ts. */
  region: string
  body: Body
  color: string
  isNight: boolean
}

/** How much more than the plate is in its picture. */
const MARGIN = 1.5

const drawn = new Map<string, Promise<{ plate: Buffer; vehicle: Buffer }>>()

/** Pictures of a vehicle and its plate as a camera would have taken them, JPEG; the same are drawn once. */
export function drawPictures(what: Drawn): Promise<{ plate: Buffer; vehicle: Buffer }> {
  const key = JSON.stringify(what)
  const known = drawn.get(key) ?? draw(what)
  drawn.set(key, known)
  return known
}

async function draw({ plate, region, body, color, isNight }: Drawn) {
  const rng = random('console', plate, String(isNight))
  // Of a vehicle the renderer looks at these alone.
  const vehicle = { plate, print: plate, region, body, seen: { make: '', model: '', color } } as Vehicle
  const scene = composeScene([vehicle], mountOf(rng), rng, isNight ? 'night' : 'day')
  const frame = await renderFrame({ ...scene, motion: Math.min(scene.motion, 3) }, rng)
  const { x, y, scale } = scene.vehicles[0]!
  const width = Math.min(FRAME_WIDTH, Math.round(PLATE_WIDTH * scale * MARGIN))
  const height = Math.min(FRAME_HEIGHT, Math.round(PLATE_HEIGHT * scale * MARGIN))
  const left = Math.max(0, Math.min(FRAME_WIDTH - width, Math.round(x - width / 2)))
  const top = Math.max(0, Math.min(FRAME_HEIGHT - height, Math.round(y - height / 2)))
  const crop = sharp(frame).extract({ left, top, width, height })
  return { plate: await crop.jpeg({ quality: 88 }).toBuffer(), vehicle: frame }
}
