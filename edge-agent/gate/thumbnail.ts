import type { Pixels } from '@sightline/recognition/picture'
import type { Light } from '@sightline/recognition/pictures/video'

/** Size of the gate's picture: coarse enough to be cheap, fine enough that a vehicle covers many cells. */
export const THUMBNAIL: Size = { width: 64, height: 36 }

/** Pixels per cell across and down that are averaged: enough to halve the sensor's noise twice. */
const SAMPLES = 4

/**
 * A small gray picture of a frame. Each cell is the mean of 16 pixels spread over it, so that the cost does not grow
 * with the frame. Of a color frame it uses only green, which contains most of the brightness.
 */
export function thumbnailOf(frame: Light, { width, height }: Size = THUMBNAIL): Pixels {
  const out = new Uint8Array(width * height)
  const columns = spread(frame.width, width * SAMPLES, frame.channels)
  const rows = spread(frame.height, height * SAMPLES, frame.width * frame.channels)
  const green = frame.channels === 3 ? 1 : 0
  const { black = 0, white = 255 } = frame
  const gray = 255 / (white - black) / SAMPLES ** 2
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      let sum = 0
      for (let j = y * SAMPLES; j < (y + 1) * SAMPLES; j++) {
        for (let i = x * SAMPLES; i < (x + 1) * SAMPLES; i++) {
          sum += frame.data[rows[j]! + columns[i]! + green]!
        }
      }
      out[at] = Math.min(Math.max((sum - black * SAMPLES ** 2) * gray, 0), 255)
    }
  }
  return { width, height, channels: 1, data: out }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Offsets of `count` places, spread evenly over `length` pixels that are `step` apart in memory. */
const spread = (length: number, count: number, step: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count) * step)
