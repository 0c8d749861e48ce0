import sharp, { type Sharp } from 'sharp'
import type { Random } from '../world/random.ts'
import { CAR_WIDTH, carSvg, type Light, PLATE_AT } from './car-art.ts'
import { expose, type Homography, overlay, type Pixels } from './pixels.ts'
import { roadSvg } from './road-art.ts'
import { FRAME_HEIGHT, FRAME_WIDTH, type Scene, type SceneVehicle } from './scene.ts'

/** Vehicles are drawn this much larger than they are seen, so that warping does not soften them. */
const OVERSAMPLING = 1.25

/** Distance from camera to plate in millimeters, 7 m: decides how strong the perspective is. */
const DISTANCE = 7000

/**
 * Draws a scene as the camera's JPEG file, 1280 × 720. The same scene and random numbers give the same bytes
 * on the same version of libvips.
 */
export async function renderFrame(scene: Scene, rng: Random): Promise<Buffer> {
  const road = await raster(roadSvg(scene.light, FRAME_WIDTH, FRAME_HEIGHT, rng), 3)
  for (const seen of scene.vehicles) await drawVehicle(road, seen, scene.light, rng)
  const { width, height, channels } = road
  const kernel = motionKernel(scene.motion)
  const blurred = sharp(road.data, { raw: { width, height, channels } }).convolve(kernel).blur(scene.blur)
  const seen = await pixelsOf(blurred, channels)
  expose(seen, scene.gain, scene.noise, scene.light === 'night', rng)
  return sharp(seen.data, { raw: { width, height, channels } }).jpeg({ quality: scene.quality }).toBuffer()
}

async function drawVehicle(target: Pixels, seen: SceneVehicle, light: Light, rng: Random): Promise<void> {
  const widthPx = Math.round(CAR_WIDTH * seen.scale * OVERSAMPLING)
  const layer = await raster(carSvg(seen.vehicle, light, widthPx, rng), 4)
  overlay(target, layer, viewOf(seen, CAR_WIDTH / widthPx))
}

/**
 * From a pixel of the vehicle's drawing to the frame: a pinhole camera that looks at the plane of the
 * vehicle's rear, turned by yaw, pitch and roll around the plate.
 * @param mmPerPixel scale of the drawing
 */
function viewOf(seen: SceneVehicle, mmPerPixel: number): Homography {
  const [yaw, pitch, roll] = [seen.yawDeg, seen.pitchDeg, seen.rollDeg].map(
    (deg) => (deg * Math.PI) / 180,
  ) as [number, number, number]
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
    Math.cos(roll),
    Math.sin(roll),
  ]
  // Columns of (roll · pitch · yaw) for the plane's two axes.
  const [ax, ay, az] = [cr * cy - sr * sp * sy, sr * cy + cr * sp * sy, -cp * sy]
  const [bx, by, bz] = [-sr * cp, cr * cp, sp]
  const focal = seen.scale * DISTANCE
  // (u, v) in drawing pixels becomes plane millimeters relative to the plate.
  const plane = (a: number, b: number) =>
    [a * mmPerPixel, b * mmPerPixel, -a * PLATE_AT.x - b * PLATE_AT.y] as const
  const [px, py, pz] = [plane(ax, bx), plane(ay, by), plane(az, bz)]
  const depth = [pz[0], pz[1], pz[2] + DISTANCE] as const
  const row = (axis: readonly [number, number, number], center: number) =>
    [0, 1, 2].map((k) => focal * axis[k]! + center * depth[k]!) as [number, number, number]
  return [...row(px, seen.x), ...row(py, seen.y), ...depth]
}

/** A short blur along the way of travel, upwards in the frame. @param length pixels */
function motionKernel(length: number) {
  const size = 2 * Math.ceil(length / 2) + 1
  const kernel = Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)]
    const middle = (size - 1) / 2
    return x === middle ? Math.max(0, Math.min(1, length / 2 + 0.5 - Math.abs(y - middle))) : 0
  })
  return { width: Math.max(3, size), height: Math.max(3, size), kernel }
}

async function raster(svg: string, channels: 3 | 4): Promise<Pixels> {
  const picture = sharp(Buffer.from(svg))
  return pixelsOf(channels === 3 ? picture.removeAlpha() : picture.ensureAlpha(), channels)
}

/** Sharp chooses the channels by itself; drawing on others than were meant would give noise. */
async function pixelsOf(picture: Sharp, channels: 3 | 4): Promise<Pixels> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  if (info.channels === channels && data.length === width * height * channels)
    return { width, height, channels, data }
  throw new Error(`a drawing has ${info.channels} channels instead of ${channels}`)
}
