import sharp from 'sharp'
import type { Area, Picture, PixelRequest, Pixels } from '../recognition/picture.ts'
import { grey, halfGrey, thirdGrey } from './grey.ts'

/**
 * A picture over pixels that are already in memory (a decoded file, a camera's frame). The pixels must not
 * change while the picture is in use; the whole picture at its own size is these pixels, not a copy.
 */
export function pictureOf(source: Pixels): Picture {
  const { width, height, channels } = source
  return {
    width,
    height,
    async pixels(request) {
      const area = request.area ?? ([0, 0, width, height] as const)
      const [, , w, h] = area
      if (request.channels === 1 && channels === 3) {
        const isBy = (times: number) => times * request.width === w && times * request.height === h
        if (isBy(2)) return halfGrey(source, area)
        if (isBy(3)) return thirdGrey(source, area)
      }
      const isUnscaled = request.width === w && request.height === h
      const part = isUnscaled
        ? request.area
          ? cut(source, area)
          : source
        : await resize(source, area, request)
      if (part.channels === request.channels) return part
      return request.channels === 1 ? grey(part) : colour(part)
    },
  }
}

/** Scaled by sharp, with the source's channels. */
async function resize(source: Pixels, [left, top, w, h]: Area, wanted: PixelRequest): Promise<Pixels> {
  const { width, height, channels } = source
  const data = await sharp(source.data, { raw: { width, height, channels } })
    .extract({ left, top, width: w, height: h })
    // Grey is for networks that were taught on averages of areas, to which the linear kernel comes nearest.
    .resize(wanted.width, wanted.height, {
      fit: 'fill',
      kernel: wanted.channels === 1 ? 'linear' : 'lanczos3',
    })
    .raw()
    .toBuffer()
  return { width: wanted.width, height: wanted.height, channels, data }
}

function cut({ data, width, channels }: Pixels, [x, y, w, h]: Area): Pixels {
  const out = new Uint8Array(w * h * channels)
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * channels
    out.set(data.subarray(from, from + w * channels), row * w * channels)
  }
  return { width: w, height: h, channels, data: out }
}

function colour({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(3 * width * height)
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)]!
  return { width, height, channels: 3, data: out }
}
