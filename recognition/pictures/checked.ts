import { SightlineError } from '@sightline/schemas/errors'
import type { Area, PixelRequest, Pixels, VideoFrame } from '../picture.ts'

/**
 * What holds of all pixels, wherever they come from: a library that gives three channels for one, or a row more, must be
 * noticed where it happens. Unnoticed, a network reads noise, finds nothing, and the camera seems well.
 */

/** Pixels as a library describes them. */
export interface RawPixels extends Omit<Pixels, 'channels'> {
  readonly channels: number
}

/**
 * The pixels, if they are what was asked for.
 * @throws INTERNAL
 */
export function checked(pixels: RawPixels, wanted: Omit<PixelRequest, 'area'>): Pixels {
  const { width, height, channels, data } = pixels
  const isAsked = width === wanted.width && height === wanted.height && channels === wanted.channels
  if (isAsked && data.length === width * height * channels) return pixels as Pixels
  const came = `${width}×${height} in ${channels} channels came (${data.length} bytes)`
  throw defect(
    `${wanted.width}×${wanted.height} pixels in ${wanted.channels} channels were asked for, ${came}`,
  )
}

/** @throws INTERNAL when its memory is not as large as its size says, or its channels are neither gray nor color */
export function checkStored(stored: RawPixels | VideoFrame): asserts stored is Pixels | VideoFrame {
  const { width, height, data } = stored
  if (isCount(width) && isCount(height) && data.length === bytesOf(stored)) return
  const kind = 'matrix' in stored ? 'video' : `${stored.channels} channels`
  throw defect(`a picture of ${width}×${height} pixels (${kind}) is said to lie in ${data.length} bytes`)
}

function bytesOf(stored: RawPixels | VideoFrame): number {
  const { width, height } = stored
  if ('matrix' in stored) return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
  const isKnown = stored.channels === 1 || stored.channels === 3
  return isKnown ? width * height * stored.channels : Number.NaN
}

/** @throws INTERNAL when the area is no part of a picture of this size, or an empty one */
export function checkArea(area: Area, { width, height }: { width: number; height: number }): void {
  const [x, y, w, h] = area
  const isWhole = Number.isInteger(x) && Number.isInteger(y) && isCount(w) && isCount(h)
  if (isWhole && x >= 0 && y >= 0 && x + w <= width && y + h <= height) return
  throw defect(`the area ${area.join(', ')} was asked for of a picture of ${width}×${height} pixels`)
}

const isCount = (value: number): boolean => Number.isInteger(value) && value > 0

const defect = (message: string) =>
  new SightlineError('INTERNAL', message, {
    hint: 'This is a defect in Sightline; please report it with the log and the size of the picture.',
  })
