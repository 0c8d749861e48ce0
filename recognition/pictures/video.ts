import type { Area, Picture, Pixels, VideoFrame } from '../picture.ts'

/**
 * Pixels from a video frame. Most callers need only its luma, which is ready in memory: color is computed only for a
 * plate or a vehicle.
 */

/** Black and white of luma in video, and the difference (ITU-R BT.601, BT.709: limited range). */
const BLACK = 16
const RANGE = 219

/** Luma 16 to 235 as gray 0 to 255, for sums of this many pixels. */
const GRAY_OF_SUM = ([1, 4, 9] as const).map((pixels) =>
  Uint8ClampedArray.from({ length: 255 * pixels + 1 }, (_, sum) => ((sum / pixels - BLACK) * 255) / RANGE),
)

/** An image at its own size without computation: color or gray, for video its luma as gray, limited in range. */
export function lightOf({ stored }: Picture): Light {
  return 'matrix' in stored ? { ...lightPlane(stored), ...VIDEO_RANGE } : stored
}

/** The luma plane as in memory, black 16 and white 235. */
export function lightPlane({ width, height, data }: VideoFrame): Pixels {
  return { width, height, channels: 1, data: data.subarray(0, width * height) }
}

/** The same with black 0 and white 255. */
export function stretchLevels({ data, ...size }: Pixels): Pixels {
  const levels = GRAY_OF_SUM[0]!
  const out = new Uint8Array(data.length)
  for (let i = 0; i < out.length; i++) out[i] = levels[data[i]!]!
  return { ...size, data: out }
}

/** Pixels whose black and white may be other levels than 0 and 255, as stated. */
export interface Light extends Pixels {
  readonly black?: number
  readonly white?: number
}

const VIDEO_RANGE = { black: BLACK, white: BLACK + RANGE }

/**
 * A part in gray, at its own size or smaller: averages of 2 × 2 or 3 × 3 pixels.
 * @param area its sides are multiples of `times`
 */
export function grayOf({ data, width }: VideoFrame, [x, y, w, h]: Area, times: 1 | 2 | 3): Pixels {
  const out = new Uint8Array((w / times) * (h / times))
  const levels = GRAY_OF_SUM[times - 1]!
  const average = [unscaled, half, third][times - 1]!
  const columns = w / times
  for (let row = 0; row < h / times; row++) {
    average(data, (y + row * times) * width + x, width, levels, out, row * columns, columns)
  }
  return { width: columns, height: h / times, channels: 1, data: out }
}

/** One row of the result: `count` pixels to `out` from `at`, out of `data` from `p`. */
type Row = (
  data: Uint8Array,
  p: number,
  line: number,
  levels: Uint8ClampedArray,
  out: Uint8Array,
  at: number,
  count: number,
) => void

const unscaled: Row = (data, p, _line, levels, out, at, count) => {
  for (let i = 0; i < count; i++) out[at + i] = levels[data[p + i]!]!
}

const half: Row = (data, p, line, levels, out, at, count) => {
  for (let i = 0; i < count; i++, p += 2) {
    out[at + i] = levels[data[p]! + data[p + 1]! + data[p + line]! + data[p + line + 1]!]!
  }
}

/** Every other byte of four loaded as one number: far enough apart that sums do not overlap. */
const OTHERS = 0xff00ff

/**
 * Four results at a time from twelve columns, four bytes per load: this is the largest pass over most cameras' frames,
 * and takes half the time of adding byte by byte.
 */
const third: Row = (data, p, line, levels, out, at, count) => {
  const words = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const end = at + count
  for (; at + 4 <= end; at += 4, p += 12) {
    const [even1, odd1] = columnSums(words, p, line)
    const [even2, odd2] = columnSums(words, p + 4, line)
    const [even3, odd3] = columnSums(words, p + 8, line)
    out[at] = levels[(even1 & 0xffff) + (odd1 & 0xffff) + (even1 >>> 16)]!
    out[at + 1] = levels[(odd1 >>> 16) + (even2 & 0xffff) + (odd2 & 0xffff)]!
    out[at + 2] = levels[(even2 >>> 16) + (odd2 >>> 16) + (even3 & 0xffff)]!
    out[at + 3] = levels[(odd3 & 0xffff) + (even3 >>> 16) + (odd3 >>> 16)]!
  }
  for (; at < end; at++, p += 3) {
    let sum = 0
    for (let q = p; q <= p + 2 * line; q += line) sum += data[q]! + data[q + 1]! + data[q + 2]!
    out[at] = levels[sum]!
  }
}

/** Sums over three rows of four columns: of the first and third, and of the second and fourth. */
function columnSums(words: DataView, p: number, line: number): [even: number, odd: number] {
  const a = words.getUint32(p, true)
  const b = words.getUint32(p + line, true)
  const c = words.getUint32(p + 2 * line, true)
  return [
    (a & OTHERS) + (b & OTHERS) + (c & OTHERS),
    ((a >>> 8) & OTHERS) + ((b >>> 8) & OTHERS) + ((c >>> 8) & OTHERS),
  ]
}

/** What the two color planes add to red, green and blue, in 256ths (ITU-R BT.601-7 and BT.709-6, limited range). */
const MATRIX = {
  bt601: { redV: 409, greenU: -100, greenV: -208, blueU: 516 },
  bt709: { redV: 459, greenU: -55, greenV: -136, blueU: 541 },
} as const
/** 255/219 in 256ths. */
const LIGHT = 298

/** A part in color, at its own size. */
export function colorOf({ data, width, height, matrix }: VideoFrame, [x, y, w, h]: Area): Pixels {
  const { redV, greenU, greenV, blueU } = MATRIX[matrix]
  const out = new Uint8ClampedArray(3 * w * h)
  const half = Math.ceil(width / 2)
  const planeU = width * height
  const planeV = planeU + half * Math.ceil(height / 2)
  for (let row = y, at = 0; row < y + h; row++) {
    const line = (row >> 1) * half
    for (let column = x; column < x + w; column++, at += 3) {
      const light = LIGHT * (data[row * width + column]! - BLACK) + 128
      const u = data[planeU + line + (column >> 1)]! - 128
      const v = data[planeV + line + (column >> 1)]! - 128
      out[at] = (light + redV * v) >> 8
      out[at + 1] = (light + greenU * u + greenV * v) >> 8
      out[at + 2] = (light + blueU * u) >> 8
    }
  }
  return { width: w, height: h, channels: 3, data: new Uint8Array(out.buffer) }
}
