import sharp from 'sharp'
import type { Picture, Pixels } from '../recognition/picture.ts'

/**
 * A picture over pixels that are already in memory (a decoded file, a camera's frame), scaled by sharp.
 * The pixels are not copied and must not change while the picture is in use.
 */
export function pictureOf(source: Pixels): Picture {
  const { width, height, channels } = source
  const input = { raw: { width, height, channels } }
  return {
    width,
    height,
    async pixels(request) {
      const [left, top, w, h] = request.area ?? [0, 0, width, height]
      const sameSize = request.width === w && request.height === h
      if (!request.area && sameSize && request.channels === channels) return source
      let image = sharp(source.data, input).extract({ left, top, width: w, height: h })
      if (!sameSize) image = image.resize(request.width, request.height, { fit: 'fill' })
      image = request.channels === 1 ? image.greyscale() : image.toColourspace('srgb')
      const data = await image.raw().toBuffer()
      return { width: request.width, height: request.height, channels: request.channels, data }
    },
  }
}
