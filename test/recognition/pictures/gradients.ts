import type { Area, Pixels, VideoFrame } from '@sightline/recognition/picture'

/**
 * Pictures whose levels change evenly from edge to edge, in a tint that is the same everywhere: what any part of one shows
 * at any size can be reckoned.
 */

export const KINDS = ['gray', 'color', 'bt601', 'bt709'] as const
export type Kind = (typeof KINDS)[number]

interface Size {
  readonly width: number
  readonly height: number
}

export interface Gradient extends Size {
  readonly kind: Kind
  /** By how much the level at the right edge is above that of the middle, and at the lower edge; gray levels. */
  readonly right: number
  readonly down: number
}

const MIDDLE = 128
/** Light 16 to 235 is gray 0 to 255. */
const RANGE = 219 / 255
/** Planes of color of a video frame less 128. */
const [U, V] = [-12, 8]
/** What red, green and blue are above gray. Of `color` so that its gray (77, 150, 29 parts of 256) is none of it. */
const TINTS: Record<Kind, readonly [number, number, number]> = {
  gray: [0, 0, 0],
  color: [8.7, 0, -23.1],
  bt601: [1.596 * V, -0.392 * U - 0.813 * V, 2.017 * U],
  bt709: [1.793 * V, -0.213 * U - 0.533 * V, 2.112 * U],
}

export function drawn({ kind, width, height, right, down }: Gradient): Pixels | VideoFrame {
  const channels = kind === 'color' ? 3 : 1
  const isVideo = kind === 'bt601' || kind === 'bt709'
  const [offset, factor] = isVideo ? [16, RANGE] : [0, 1]
  const across = Float64Array.from(
    { length: width },
    (_, x) => MIDDLE + 2 * right * ((x + 0.5) / width - 0.5),
  )
  const light = new Uint8Array(width * height * channels)
  for (let y = 0, at = 0; y < height; y++) {
    const below = 2 * down * ((y + 0.5) / height - 0.5)
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, at++) {
        light[at] = offset + factor * (across[x]! + below + (isVideo ? 0 : TINTS[kind][c]!)) + 0.5
      }
    }
  }
  if (!isVideo) return { width, height, channels, data: light }
  const color = Math.ceil(width / 2) * Math.ceil(height / 2)
  const planes = [U, V].map((value) => new Uint8Array(color).fill(MIDDLE + value))
  return { width, height, matrix: kind, data: Buffer.concat([light, ...planes]) }
}

/** How far pixels are from what that part of the gradient shows: their mean, and the furthest of them; gray levels. */
export function distance(
  got: Pixels,
  gradient: Gradient,
  [x, y, w, h]: Area,
): { mean: number; most: number } {
  const { kind, width, height, right, down } = gradient
  const tints = got.channels === 3 ? TINTS[kind] : [0]
  let [sum, most, at] = [0, 0, 0]
  for (let row = 0; row < got.height; row++) {
    const v = (y + ((row + 0.5) * h) / got.height) / height - 0.5
    for (let column = 0; column < got.width; column++) {
      const u = (x + ((column + 0.5) * w) / got.width) / width - 0.5
      const level = MIDDLE + 2 * (right * u + down * v)
      for (const tint of tints) {
        const off = got.data[at++]! - level - tint
        sum += off
        most = Math.max(most, Math.abs(off))
      }
    }
  }
  return { mean: Math.abs(sum / at), most }
}

/**
 * How far the mean and a single pixel may be off, gray levels: by what a twentieth of the result's pixels is apart, and
 * at the edge of a part, where nobody knows what lies beyond, by half a pixel of the part besides.
 */
export function tolerance({ right, down, width, height }: Gradient, [, , w, h]: Area, got: Size) {
  const [across, along] = [(2 * Math.abs(right)) / width, (2 * Math.abs(down)) / height]
  const step = (across * w) / got.width + (along * h) / got.height
  return { mean: 1.5 + 0.05 * step, most: 2.5 + 0.5 * (across + along) + 0.15 * step }
}
