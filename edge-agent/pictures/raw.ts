import sharp from 'sharp'
import type { Area, Picture, PixelRequest, Pixels } from '../recognition/picture.ts'

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
      const isHalf = 2 * request.width === w && 2 * request.height === h
      if (isHalf && request.channels === 1 && channels === 3) return halfGrey(source, area)
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

/** Luma as JPEG has it (ITU-R BT.601), in 256ths; sharp's grey goes through linear light, at five times the cost. */
const [RED, GREEN, BLUE] = [77, 150, 29]

function grey({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < out.length; at++, from += 3) {
    out[at] = (RED * data[from]! + GREEN * data[from + 1]! + BLUE * data[from + 2]! + 128) >> 8
  }
  return { width, height, channels: 1, data: out }
}

/** A part in grey at half the size, by averages of 2 × 2 pixels: what most cameras' frames need, in one pass. */
function halfGrey({ data, width }: Pixels, [x, y, w, h]: Area): Pixels {
  const out = new Uint8Array((w * h) / 4)
  for (let row = 0, at = 0; row < h; row += 2) {
    let a = ((y + row) * width + x) * 3
    for (let column = 0; column < w; column += 2, a += 6) {
      const b = a + 3 * width
      const red = data[a]! + data[a + 3]! + data[b]! + data[b + 3]!
      const green = data[a + 1]! + data[a + 4]! + data[b + 1]! + data[b + 4]!
      const blue = data[a + 2]! + data[a + 5]! + data[b + 2]! + data[b + 5]!
      out[at++] = (RED * red + GREEN * green + BLUE * blue + 512) >> 10
    }
  }
  return { width: w / 2, height: h / 2, channels: 1, data: out }
}

function colour({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(3 * width * height)
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)]!
  return { width, height, channels: 3, data: out }
}
