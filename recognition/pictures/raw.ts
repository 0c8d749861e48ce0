import type { Area, Picture, PixelRequest, Pixels, VideoFrame } from '../picture.ts'
import { checkArea, checkPixels, checkStored, type RawPixels } from './checked.ts'
import { gray, halfGray, thirdGray } from './gray.ts'
import { resize } from './resize.ts'
import { colorOf, grayOf, lightPlane, stretchLevels } from './video.ts'

/**
 * An image over existing memory (a decoded file, a camera's frame). The memory must not change while the image is in
 * use; the whole of a color image at its own size is these pixels, not a copy. The result is always as requested:
 * `pixels` rejects (INTERNAL) rather than return another size or other channels.
 * @throws INTERNAL when the memory does not match the image's size
 */
export function pictureOf(stored: RawPixels | VideoFrame): Picture {
  checkStored(stored)
  const { width, height } = stored
  const take = 'matrix' in stored ? ofVideo : ofPixels
  return {
    width,
    height,
    stored,
    async pixels(request) {
      const area = request.area ?? [0, 0, width, height]
      checkArea(area, stored)
      return checkPixels(await take(stored as never, area, request), request)
    },
  }
}

/** The reduction factor of the area, if it is an integer with a fast implementation; else 0. */
function shrinking([, , w, h]: Area, { width, height }: PixelRequest): 1 | 2 | 3 | 0 {
  return ([1, 2, 3] as const).find((times) => times * width === w && times * height === h) ?? 0
}

async function ofVideo(frame: VideoFrame, area: Area, request: PixelRequest): Promise<Pixels> {
  const times = shrinking(area, request)
  if (request.channels === 3) {
    const part = colorOf(frame, area)
    return times === 1 ? part : resize(part, wholeOf(part), request)
  }
  return times > 0
    ? grayOf(frame, area, times as 1 | 2 | 3)
    : stretchLevels(await resize(lightPlane(frame), area, request))
}

async function ofPixels(source: Pixels, area: Area, request: PixelRequest): Promise<Pixels> {
  const times = shrinking(area, request)
  if (request.channels === 1 && source.channels === 3) {
    if (times === 2) return halfGray(source, area)
    if (times === 3) return thirdGray(source, area)
  }
  const unscaled = () => (request.area ? cut(source, area) : source)
  const part = times === 1 ? unscaled() : await resize(source, area, request)
  if (part.channels === request.channels) return part
  return request.channels === 1 ? gray(part) : color(part)
}

const wholeOf = ({ width, height }: Pixels): Area => [0, 0, width, height]

function cut({ data, width, channels }: Pixels, [x, y, w, h]: Area): Pixels {
  const out = new Uint8Array(w * h * channels)
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * channels
    out.set(data.subarray(from, from + w * channels), row * w * channels)
  }
  return { width: w, height: h, channels, data: out }
}

function color({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(3 * width * height)
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)]!
  return { width, height, channels: 3, data: out }
}
