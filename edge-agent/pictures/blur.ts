import type { Box } from '@sightline/recognition/geometry'
import type { Pixels } from '@sightline/recognition/picture'

/** From so far above a plate on, meters: under the lowest rear window, above what belongs to the plate. */
const GLASS_ABOVE_M = 0.18
/** A face is 0.16 m wide: of two or three cells, that nobody is known by. */
const CELL_M = 0.06
const LEAST_CELL_PX = 6

/**
 * Takes all detail out of a vehicle's picture where its windows are, in place: everything higher than a hand above the plate,
 * over the whole width, so that neither a windshield, a rear window, nor the rider of a motorcycle is missed. Shape and color
 * of the vehicle stay. Each cell becomes its mean; nothing finer can be had back.
 * @param plate in the pixels
 * @param meter pixels that a meter has at the plate
 */
export function blurAbove(pixels: Pixels, plate: Box, meter: number): void {
  const bottom = Math.min(pixels.height, Math.floor(plate[1] - GLASS_ABOVE_M * meter))
  const cell = Math.max(LEAST_CELL_PX, Math.round(CELL_M * meter))
  // From below, so that a cell that the picture cuts off is at its upper edge.
  for (let to = bottom; to > 0; to -= cell) {
    for (let left = 0; left < pixels.width; left += cell) {
      flatten(pixels, left, Math.max(0, to - cell), Math.min(pixels.width, left + cell), to)
    }
  }
}

/** Makes a rectangle its mean. */
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
