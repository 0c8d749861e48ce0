import { SightlineError } from '@sightline/schemas/errors'
import type { Area, PixelRequest, Pixels, VideoFrame } from '../picture.ts'

/**
 * Checks on pixels from any source: a library that returns three channels for one, or an extra row, must be noticed
 * where it happens. Otherwise a network reads noise and finds nothing, and the camera seems to work.
 */

/** Pixels as a library describes them. */
export interface RawPixels extends Omit<Pixels, 'channels'> {
  readonly channels: number
}

/**
 * The pixels, if they are what was requested.
 * @throws INTERNAL
 */
export function checkPixels(pixels: RawPixels, wanted: Omit<PixelRequest, 'area'>): Pixels {
  const { width, height, channels, data } = pixels
  const isAsked = width === wanted.width && height === wanted.height && channels === wanted.channels
  if (isAsked && data.length === width * height * channels) return pixels as Pixels
  const came = `got ${width}×${height} in ${channels} channels (${data.length} bytes)`
  throw defect(`requested ${wanted.width}×${wanted.height} pixels in ${wanted.channels} channels, ${came}`)
}

/** @throws INTERNAL when its memory does not match its size, or its channels are neither gray nor color */
export function checkStored(stored: RawPixels | VideoFrame): asserts stored is Pixels | VideoFrame {
  const { width, height, data } = stored
  if (isCount(width) && isCount(height) && data.length === bytesOf(stored)) return
  const kind = 'matrix' in stored ? 'video' : `${stored.channels} channels`
  throw defect(`an image of ${width}×${height} pixels (${kind}) cannot have ${data.length} bytes`)
}

function bytesOf(stored: RawPixels | VideoFrame): number {
  const { width, height } = stored
  if ('matrix' in stored) return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
  const isKnown = stored.channels === 1 || stored.channels === 3
  return isKnown ? width * height * stored.channels : Number.NaN
}

/** @throws INTERNAL when the area is empty or not inside an image of this size */
export function checkArea(area: Area, { width, height }: { width: number; height: number }): void {
  const [x, y, w, h] = area
  const isWhole = Number.isInteger(x) && Number.isInteger(y) && isCount(w) && isCount(h)
  if (isWhole && x >= 0 && y >= 0 && x + w <= width && y + h <= height) return
  throw defect(`requested the area ${area.join(', ')} of an image of ${width}×${height} pixels`)
}

const isCount = (value: number): boolean => Number.isInteger(value) && value > 0

const defect = (message: string) =>
  new SightlineError('INTERNAL', message, {
    hint: 'This is a defect in Sightline. Please report it with the log and the size of the image.',
  })
