import sharp from 'sharp'
import type { Box } from '../geometry.ts'
import type { Area, Picture, Pixels } from '../picture.ts'

/** Maximum width of a stored image of a vehicle, in pixels; a plate is stored at full scale up to the same width. */
const MAX_WIDTH = 960

/** The plate with a margin, so that a person sees its edge (CAP-4). */
export const plateArea = (box: Box, picture: Picture): Area => around(box, picture, 0.25, 0.5, 0.5)

/** The vehicle around its plate: about three plates to each side, more above than below (CAP-1). */
export const vehicleArea = (box: Box, picture: Picture): Area => around(box, picture, 3, 12, 4)

/**
 * The box enlarged and clipped to the image; at least one pixel.
 * @param side how many box widths to the left and right
 * @param above how many box heights above
 * @param below how many box heights below
 */
function around(
  [x, y, w, h]: Box,
  { width, height }: Picture,
  side: number,
  above: number,
  below: number,
): Area {
  const start = (value: number, max: number) => Math.min(Math.max(Math.floor(value), 0), max - 1)
  const left = start(x - side * w, width)
  const top = start(y - above * h, height)
  const right = Math.min(width, Math.ceil(x + w + side * w))
  const bottom = Math.min(height, Math.ceil(y + h + below * h))
  return [left, top, Math.max(1, right - left), Math.max(1, bottom - top)]
}

/** A part of a picture in color, scaled down to at most MAX_WIDTH pixels wide; the pixels are the caller's own. */
export async function scaledArea(picture: Picture, area: Area): Promise<Pixels> {
  const scale = Math.min(1, MAX_WIDTH / area[2])
  const width = Math.max(1, Math.round(area[2] * scale))
  const height = Math.max(1, Math.round(area[3] * scale))
  const pixels = await picture.pixels({ area, width, height, channels: 3 })
  // Pixels that are not scaled may be the picture's own memory.
  return { ...pixels, data: pixels.data.slice() }
}

/** The same as JPEG. */
export async function cropJpeg(picture: Picture, area: Area): Promise<Uint8Array> {
  const { width, height, channels, data } = await scaledArea(picture, area)
  return sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 85 }).toBuffer()
}
