import { boundingBox, type Point, type Quad, quadHeight, quadWidth } from './geometry.ts'
import type { Picture, Pixels } from './picture.ts'

/** More than this enlarges noise, not letters. */
const MAX_ENLARGEMENT = 8

/**
 * Looks straight at a quadrilateral of the picture: its corners become the corners of a `width` × `height`
 * picture. Beyond the edge of the picture the nearest pixel is repeated.
 */
export async function rectify(picture: Picture, quad: Quad, width: number, height: number): Promise<Pixels> {
  const [bx, by, bw, bh] = boundingBox(quad, picture.width, picture.height)
  const x = Math.min(Math.floor(bx), picture.width - 1)
  const y = Math.min(Math.floor(by), picture.height - 1)
  const w = Math.min(Math.ceil(bx + bw), picture.width) - x || 1
  const h = Math.min(Math.ceil(by + bh), picture.height) - y || 1
  // The picture's own filter does the scaling; the warp below then works at about one to one.
  const scaled = (side: number, factor: number) => Math.max(1, Math.round(side * factor))
  const sx = Math.min(width / quadWidth(quad), MAX_ENLARGEMENT)
  const sy = Math.min(height / quadHeight(quad), MAX_ENLARGEMENT)
  const area = await picture.pixels({
    area: [x, y, w, h],
    width: scaled(w, sx),
    height: scaled(h, sy),
    channels: 3,
  })
  const local = quad.map(
    (p): Point => [((p[0] - x) * area.width) / w, ((p[1] - y) * area.height) / h],
  ) as Quad
  return warp(area, local, width, height)
}

/** Samples `quad` of `source` into a `width` × `height` picture, bilinear. Corner coordinates are pixel edges. */
export function warp(source: Pixels, quad: Quad, width: number, height: number): Pixels {
  const { channels, data } = source
  const out = new Uint8Array(width * height * channels)
  const map = squareToQuad(quad)
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [sx, sy] = map((column + 0.5) / width, (row + 0.5) / height)
      const fx = Math.min(Math.max(sx - 0.5, 0), source.width - 1)
      const fy = Math.min(Math.max(sy - 0.5, 0), source.height - 1)
      const x0 = Math.floor(fx)
      const y0 = Math.floor(fy)
      const x1 = Math.min(x0 + 1, source.width - 1)
      const y1 = Math.min(y0 + 1, source.height - 1)
      const [tx, ty] = [fx - x0, fy - y0]
      for (let c = 0; c < channels; c++) {
        const pixel = (px: number, py: number) => data[(py * source.width + px) * channels + c]!
        const top = pixel(x0, y0) * (1 - tx) + pixel(x1, y0) * tx
        const bottom = pixel(x0, y1) * (1 - tx) + pixel(x1, y1) * tx
        out[at++] = Math.round(top * (1 - ty) + bottom * ty)
      }
    }
  }
  return { width, height, channels, data: out }
}

/**
 * The projective map that takes the unit square to a quadrilateral, (0,0) to its first corner and on clockwise.
 * After P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3.
 */
export function squareToQuad([p0, p1, p2, p3]: Quad): (u: number, v: number) => Point {
  const [dx1, dx2, sx] = [p1[0] - p2[0], p3[0] - p2[0], p0[0] - p1[0] + p2[0] - p3[0]]
  const [dy1, dy2, sy] = [p1[1] - p2[1], p3[1] - p2[1], p0[1] - p1[1] + p2[1] - p3[1]]
  const determinant = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / determinant
  const h = (dx1 * sy - sx * dy1) / determinant
  const [a, b] = [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + h * p3[0]]
  const [d, e] = [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + h * p3[1]]
  return (u, v) => {
    const w = g * u + h * v + 1
    return [(a * u + b * v + p0[0]) / w, (d * u + e * v + p0[1]) / w]
  }
}
