import type { Area, Pixels } from '../picture.ts'

/** Luma as in JPEG (ITU-R BT.601), in 256ths; sharp's gray goes through linear light, at five times the cost. */
const [RED, GREEN, BLUE] = [77, 150, 29]

/** Color as gray, at the same size. */
export function gray({ data, width, height }: Pixels): Pixels {
  const out = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < out.length; at++, from += 3) {
    out[at] = (RED * data[from]! + GREEN * data[from + 1]! + BLUE * data[from + 2]! + 128) >> 8
  }
  return { width, height, channels: 1, data: out }
}

/** Red and blue of a pixel loaded as one number: far enough apart that sums of nine do not overlap. */
const RED_BLUE = 0xff00ff

/**
 * A color image, or a part of it, in gray at half the size: averages of 2 × 2 pixels. With `thirdGray` it is the first
 * step for most cameras' frames, and the largest pass over them: a pixel is loaded as one number of four bytes, of
 * which one belongs to its neighbor.
 * @param area its sides are even
 */
export function halfGray({ data, width }: Pixels, [x, y, w, h]: Area): Pixels {
  const out = new Uint8Array((w * h) / 4)
  const pixels = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const line = 3 * width
  for (let row = 0, at = 0; row < h; row += 2) {
    let p = (y + row) * line + 3 * x
    for (let column = 0; column < w; column += 2, p += 6) {
      const a = pixels.getUint32(p, true)
      const b = pixels.getUint32(p + 2, true) >>> 8
      const c = pixels.getUint32(p + line, true)
      const d = pixels.getUint32(p + line + 2, true) >>> 8
      const redBlue = (a & RED_BLUE) + (b & RED_BLUE) + (c & RED_BLUE) + (d & RED_BLUE)
      const green = ((a >>> 8) & 255) + ((b >>> 8) & 255) + ((c >>> 8) & 255) + ((d >>> 8) & 255)
      out[at++] = (RED * (redBlue & 0xffff) + GREEN * green + BLUE * (redBlue >>> 16) + 512) >> 10
    }
  }
  return { width: w / 2, height: h / 2, channels: 1, data: out }
}

/** The same at a third of the size: averages of 3 × 3 pixels. @param area its sides are multiples of three */
export function thirdGray({ data, width }: Pixels, [x, y, w, h]: Area): Pixels {
  const out = new Uint8Array((w * h) / 9)
  const pixels = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const line = 3 * width
  for (let row = 0, at = 0; row < h; row += 3) {
    let from = (y + row) * line + 3 * x
    for (let column = 0; column < w; column += 3, from += 9) {
      let redBlue = 0
      let green = 0
      for (let p = from, j = 0; j < 3; j++, p += line) {
        const a = pixels.getUint32(p, true)
        const b = pixels.getUint32(p + 3, true)
        const c = pixels.getUint32(p + 5, true) >>> 8
        redBlue += (a & RED_BLUE) + (b & RED_BLUE) + (c & RED_BLUE)
        green += ((a >>> 8) & 255) + ((b >>> 8) & 255) + ((c >>> 8) & 255)
      }
      out[at++] = (RED * (redBlue & 0xffff) + GREEN * green + BLUE * (redBlue >>> 16)) / 2304 + 0.5
    }
  }
  return { width: w / 3, height: h / 3, channels: 1, data: out }
}
