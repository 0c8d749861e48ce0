import type { Picture, Pixels } from '../picture.ts'
import type { LocatorModel } from './models.ts'

/** The image as the locator sees it, and its size as a share of the original's. */
export interface Reduced {
  readonly gray: Pixels
  readonly scale: number
}

export async function reducePicture({ locator }: LocatorModel, picture: Picture): Promise<Reduced> {
  const { longest, shortest } = locator
  const longer = Math.max(picture.width, picture.height)
  const scale = Math.min(longest / longer, Math.max(1, shortest / longer))
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  const [width, height] = [side(picture.width), side(picture.height)]
  return { gray: await picture.pixels({ width, height, channels: 1 }), scale }
}

/** Averages of 2 × 2 pixels; an odd row or column is left out. */
export function halveReduced({ gray: { data, width }, gray, scale }: Reduced): Reduced {
  const [w, h] = [width >> 1, gray.height >> 1]
  const out = new Uint8Array(w * h)
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0, p = 2 * y * width; x < w; x++, p += 2) {
      out[at++] = (data[p]! + data[p + 1]! + data[p + width]! + data[p + width + 1]! + 2) >> 2
    }
  }
  return { gray: { width: w, height: h, channels: 1, data: out }, scale: scale / 2 }
}
