import type { Box } from '@sightline/recognition/geometry'
import type { Pixels } from '@sightline/recognition/picture'

/** Windows begin at this height above a plate, meters: below the lowest rear window, above the plate's surroundings. */
const GLASS_ABOVE_M = 0.18
/** Size of a cell, meters. A face is 0.16 m wide, two or three cells, in which nobody can be recognized. */
const CELL_M = 0.06
const LEAST_CELL_PX = 6

/**
 * Removes all detail from the windows in a vehicle's picture, in place: everything higher than a hand above the plate,
 * over the whole width. So it misses neither a windshield, nor a rear window, nor the rider of a motorcycle. Shape and
 * color of the vehicle stay. Each cell becomes its mean; finer detail cannot be restored.
 * @param plate in the pixels' coordinates
 * @param meter pixels per meter at the plate
 */
export function blurAbove(pixels: Pixels, plate: Box, meter: number): void {
  const bottom = Math.min(pixels.height, Math.floor(plate[1] - GLASS_ABOVE_M * meter))
  const cell = Math.max(LEAST_CELL_PX, Math.round(CELL_M * meter))
  // From the bottom up, so that a cell that the picture cuts off is at the upper edge.
  for (let to = bottom; to > 0; to -= cell) {
    for (let left = 0; left < pixels.width; left += cell) {
      flatten(pixels, left, Math.max(0, to - cell), Math.min(pixels.width, left + cell), to)
    }
  }
}

/** Sets a rectangle to its mean. */
function flatten(
  { width, channels, data }: Pixels,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  const count = (right - left) * (bottom - top)
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) sum += data[(y * width + x) * channels + channel]!
    }
    const mean = Math.round(sum / count)
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data[(y * width + x) * channels + channel] = mean
    }
  }
}
