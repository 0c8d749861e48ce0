import type { Box } from '../geometry.ts'
import type { Picture } from '../picture.ts'

/**
 * What the network sees of a vehicle, meters from the middle of its plate: half the width, up, down
 * (training/vehicle/patch.py has the same).
 */
const SEEN = { half: 1, above: 1.06, below: 0.607 }
/** Plates at least this high for their width are North American (0.305 m wide); others are longer (0.52 m). */
const SHORT = 0.33
const METERS = { short: 0.305, long: 0.52 }
/** Gray of what the picture does not show, 0 to 255. */
const BEYOND = 114

/** A part of a plane, pixels; right and bottom are the first ones beyond it. */
export interface PlaneRange {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface VehiclePatch {
  /** `3 × height × width`, red, green and blue apart, 0 to 255. */
  readonly patch: Float32Array
  /** What the picture shows of it. */
  readonly seen: PlaneRange
}

/** Pixels per meter at a plate. */
export const plateMeters = ([, , w, h]: Box): number => w / (h / w >= SHORT ? METERS.short : METERS.long)

/**
 * The vehicle around a plate, as the network takes it: `3 × height × width`, red, green and blue apart, 0 to 255.
 * What lies beyond the picture is gray.
 */
export async function vehiclePatch(
  picture: Picture,
  box: Box,
  width: number,
  height: number,
): Promise<VehiclePatch> {
  const unit = plateMeters(box)
  const [x, y] = [box[0] + box[2] / 2, box[1] + box[3] / 2]
  const [left, top] = [x - SEEN.half * unit, y - SEEN.above * unit]
  /** Pixels of the patch per pixel of the picture. */
  const scale = width / (2 * SEEN.half * unit)
  const along = clip(left, left + width / scale, picture.width)
  const down = clip(top, top + height / scale, picture.height)
  const patch = new Float32Array(3 * width * height).fill(BEYOND)
  const [w, h] = [along.end - along.start, down.end - down.start]
  const toX = fitted((along.start - left) * scale, w * scale, width)
  const toY = fitted((down.start - top) * scale, h * scale, height)
  if (w < 1 || h < 1 || toX.size < 1 || toY.size < 1)
    return { patch, seen: { left: 0, top: 0, right: 0, bottom: 0 } }
  const { data } = await picture.pixels({
    area: [along.start, down.start, w, h],
    width: toX.size,
    height: toY.size,
    channels: 3,
  })
  for (let row = 0, from = 0; row < toY.size; row++) {
    for (let column = 0; column < toX.size; column++) {
      const to = (row + toY.start) * width + column + toX.start
      for (let channel = 0; channel < 3; channel++)
        patch[channel * width * height + to] = data[from++] ?? BEYOND
    }
  }
  const [right, bottom] = [toX.start + toX.size, toY.start + toY.size]
  return { patch, seen: { left: toX.start, top: toY.start, right, bottom } }
}

/** Whole pixels of a picture's side between two places. */
const clip = (from: number, to: number, side: number): { start: number; end: number } => ({
  start: Math.min(side, Math.max(0, Math.round(from))),
  end: Math.min(side, Math.max(0, Math.round(to))),
})

/** Where a part of a side of the patch begins, and how many pixels it has there. */
const fitted = (from: number, size: number, side: number): { start: number; size: number } => {
  const start = Math.min(side, Math.max(0, Math.round(from)))
  return { start, size: Math.min(side - start, Math.round(size)) }
}
