import sharp from 'sharp'
import type { Area, Pixels } from '../recognition/picture.ts'

/**
 * A part of pixels scaled by sharp, with their channels.
 * @param wanted what the channels are for, if others than the source's: grey is for networks that were taught on
 *   averages of areas, to which the linear kernel comes nearest
 */
export async function resize(
  source: Pixels,
  width: number,
  height: number,
  area: Area = [0, 0, source.width, source.height],
  wanted: 1 | 3 = source.channels,
): Promise<Pixels> {
  const { channels } = source
  const [left, top, w, h] = area
  const data = await sharp(source.data, { raw: { width: source.width, height: source.height, channels } })
    .extract({ left, top, width: w, height: h })
    .resize(width, height, { fit: 'fill', kernel: wanted === 1 ? 'linear' : 'lanczos3' })
    .raw()
    .toBuffer()
  return { width, height, channels, data }
}
