import type { Pixels } from '@sightline/recognition/picture'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import sharp, { type Sharp } from 'sharp'

/** Frames for the health of cameras: rendered roads, small enough that minutes of them can be watched in a test. */

const world = createWorld(DEFAULT_WORLD)
const SIZE = { width: 480, height: 270 }

async function pixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels as 1 | 3, data }
}

/** A road by day with so many vehicles; the same place gives the same road. */
export async function road(place: number, vehicles = 0): Promise<Pixels> {
  const rng = random('vehicles', place, vehicles)
  const seen = Array.from({ length: vehicles }, () => rng.pick(world.fleet))
  const scene = {
    ...composeScene(seen, mountOf(random('mount', place)), rng, 'day'),
    gain: 1,
    noise: 2,
    blur: 0.5,
  }
  const jpeg = await renderFrame(scene, random('road', place))
  return pixels(sharp(jpeg).resize({ ...SIZE, fit: 'fill' }))
}

const image = ({ width, height, channels, data }: Pixels) => sharp(data, { raw: { width, height, channels } })

/** Out of focus. @param sigma pixels */
export const blurred = (frame: Pixels, sigma: number) => pixels(image(frame).blur(sigma))

/** What a camera sees that hangs upside down. */
export const upsideDown = (frame: Pixels) => pixels(image(frame).rotate(180))

/** What a camera sees that is turned by so many pixels; cut, so that no edge betrays it. */
export const turned = (frame: Pixels, x: number, y: number) =>
  pixels(image(frame).extract({ left: 45 + x, top: 30 + y, width: 390, height: 210 }))

export const uniform = (level: number): Pixels => ({
  ...SIZE,
  channels: 1,
  data: new Uint8Array(SIZE.width * SIZE.height).fill(level),
})

/** Another exposure, and noise of about this deviation in gray levels. */
export function exposed(frame: Pixels, rng: Random, { gain = 1, noise = 4 } = {}): Pixels {
  const data = new Uint8Array(frame.data.length)
  // A table of noise, entered anywhere: drawing each pixel's would take longer than the test.
  const table = Float32Array.from({ length: 4099 }, () => rng.normal(0, noise))
  let at = rng.whole(0, table.length - 1)
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.max(0, Math.min(255, frame.data[i]! * gain + table[at]!))
    at = at + 1 === table.length ? rng.whole(0, 50) : at + 1
  }
  return { ...frame, data }
}
