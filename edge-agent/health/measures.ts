import type { Pixels } from '@sightline/recognition/picture'
import type { Light } from '@sightline/recognition/pictures/video'
import { thumbnailOf } from '../gate/thumbnail.ts'
import { PATCH, patches } from './patches.ts'
import { sharpnessOf } from './sharpness.ts'

/** Measurements of one frame, about the camera that took it. */
export interface Measures {
  /** Mean gray level, 0 to 255. */
  readonly brightness: number
  /** Gray level that only the brightest fiftieth of the picture exceeds: lamps and signs at night. */
  readonly highlights: number
  /**
   * Difference in gray levels between nearby patches that a tenth of the pairs exceeds: about 0 when nothing is
   * visible.
   */
  readonly detail: number
  /** Steepness of edges, 0 to 1 (sharpness.ts); null if the frame has too few. */
  readonly sharpness: number | null
  /** Hash of the frame's pixels: two frames of a real sensor are never equal. */
  readonly fingerprint: number
  /** The frame in 64 × 36 gray cells. */
  readonly cells: Pixels
}

/** Measures a frame: about two milliseconds at 1920 × 1080. */
export function measure(frame: Light): Measures {
  const cells = thumbnailOf(frame)
  return {
    brightness: cells.data.reduce((sum, level) => sum + level, 0) / cells.data.length,
    highlights: exceededBy(0.02, cells.data),
    detail: exceededBy(0.1, neighbors(cells)),
    sharpness: sharpnessOf(frame),
    fingerprint: fingerprintOf(frame),
    cells,
  }
}

/** The level that this share of the values exceeds. */
function exceededBy(share: number, levels: Uint8Array): number {
  return levels.toSorted()[Math.floor((1 - share) * (levels.length - 1))]!
}

/**
 * Differences between patches of 3 × 3 cells and those to the right and below; patches, so that noise does not look
 * like a scene.
 */
function neighbors(cells: Pixels): Uint8Array {
  const { width, height } = cells
  const smooth = patches(cells.data, width, height)
  const out = new Uint8Array((width - PATCH) * (height - PATCH) * 2)
  for (let y = 0, at = 0; y < height - PATCH; y++) {
    for (let x = 0; x < width - PATCH; x++) {
      const cell = y * width + x
      out[at++] = Math.abs(smooth[cell]! - smooth[cell + PATCH]!)
      out[at++] = Math.abs(smooth[cell]! - smooth[cell + PATCH * width]!)
    }
  }
  return out
}

/** Cameras write the time into the upper or lower edge of the picture, and it continues when the picture is frozen. */
const MARGIN = 0.12
/** Only one byte in this many is used; a prime number, so that all channels and columns are included. */
const STRIDE = 61

/** FNV-1a, 32 bits. */
function fingerprintOf({ width, height, channels, data }: Pixels): number {
  const row = width * channels
  let hash = 0x811c9dc5
  for (let at = Math.floor(height * MARGIN) * row; at < height * (1 - MARGIN) * row; at += STRIDE) {
    hash = Math.imul(hash ^ data[at]!, 0x01000193)
  }
  return hash >>> 0
}
