import sharp, { type Sharp } from 'sharp'
import { quadOfBox } from '../geometry.ts'
import type { Area, PixelRequest, Pixels } from '../picture.ts'
import { warp } from '../rectify.ts'
import { checkPixels } from './checked.ts'

/**
 * A part of pixels scaled, in as many channels as they have. Sharp reduces it; enlarging is done here, because sharp's
 * enlargement is half a pixel off to the right and below.
 * @param wanted.channels what the result is for: gray is for networks trained on averages of areas, to which
 *   the linear kernel comes closest
 * @throws INTERNAL for an unexpected result
 */
export async function resize(source: Pixels, area: Area, wanted: PixelRequest): Promise<Pixels> {
  const [, , w, h] = area
  const { width, height } = wanted
  const size = { width: Math.min(w, width), height: Math.min(h, height) }
  const shrunk = await shrink(source, area, { ...wanted, ...size })
  const isWhole = size.width === width && size.height === height
  return isWhole ? shrunk : warp(shrunk, quadOfBox([0, 0, size.width, size.height]), width, height)
}

async function shrink(
  { data, width, height, channels }: Pixels,
  [left, top, w, h]: Area,
  wanted: PixelRequest,
): Promise<Pixels> {
  const kernel = wanted.channels === 1 ? 'linear' : 'lanczos3'
  const scaled = sharp(data, { raw: { width, height, channels } })
    .extract({ left, top, width: w, height: h })
    .resize(wanted.width, wanted.height, { fit: 'fill', kernel })
  return checkPixels(await rawOf(scaled, channels), { ...wanted, channels })
}

/**
 * The result of a sharp pipeline. By default, sharp returns three channels for gray that was scaled or cropped.
 * @param channels wanted; callers that know the size must check both (checked.ts)
 */
export async function rawOf(pipeline: Sharp, channels: 1 | 3) {
  const { data, info } = await pipeline
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}
