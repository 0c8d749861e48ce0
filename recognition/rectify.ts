import { boundingBox, type Point, type Quad, quadHeight, quadWidth } from './geometry.ts'
import type { Picture, Pixels } from './picture.ts'

/** More than this enlarges noise, not letters. */
const MAX_ENLARGEMENT = 8

/**
 * Straightens a quadrilateral of the image: its corners become the corners of a `width` × `height` image. Beyond the
 * edge the nearest pixel is repeated.
 */
export async function rectify(picture: Picture, quad: Quad, width: number, height: number): Promise<Pixels> {
  const [bx, by, bw, bh] = boundingBox(quad, picture.width, picture.height)
  const x = Math.min(Math.floor(bx), picture.width - 1)
  const y = Math.min(Math.floor(by), picture.height - 1)
  const w = Math.min(Math.ceil(bx + bw), picture.width) - x || 1
  const h = Math.min(Math.ceil(by + bh), picture.height) - y || 1
  // The image's own filter does the scaling; the warp below then works at about one to one.
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

/**
 * Samples `quad` of `source` into a `width` × `height` image, bilinear. Corner coordinates are pixel edges.
 * @param beyond value beyond the edge of the source: the nearest pixel, or black
 */
export function warp(
  source: Pixels,
  quad: Quad,
  width: number,
  height: number,
  beyond: 'nearest' | 'black' = 'nearest',
): Pixels {
  const { channels, data, width: w, height: h } = source
  const out = new Uint8Array(width * height * channels)
  const line = w * channels
  const isNearest = beyond === 'nearest'
  const [ax, bx, cx, ay, by, cy, g, i] = projection(quad)
  for (let row = 0, at = 0; row < height; row++) {
    const down = (row + 0.5) / height
    const [startX, startY, startScale] = [bx * down + cx, by * down + cy, i * down + 1]
    for (let column = 0; column < width; column++, at += channels) {
      const along = (column + 0.5) / width
      // From here in whole 256ths of a pixel: faster, and finer than the eight bits of a sample.
      const scale = 256 / (g * along + startScale)
      let x = Math.floor((ax * along + startX) * scale - 127.5)
      let y = Math.floor((ay * along + startY) * scale - 127.5)
      if (isNearest) {
        x = Math.min(Math.max(x, 0), (w - 1) * 256)
        y = Math.min(Math.max(y, 0), (h - 1) * 256)
      }
      const x0 = x >> 8
      const y0 = y >> 8
      if (x0 < 0 || y0 < 0 || x0 >= w - 1 || y0 >= h - 1) {
        atEdge(source, x / 256, y / 256, out, at)
        continue
      }
      const right = x & 255
      const lower = y & 255
      const d = lower * right
      const c = (lower << 8) - d
      const b = (right << 8) - d
      const a = 65536 - b - c - d
      const p = y0 * line + x0 * channels
      const q = p + line
      if (channels === 1) {
        out[at] = (a * data[p]! + b * data[p + 1]! + c * data[q]! + d * data[q + 1]! + 32768) >> 16
      } else {
        out[at] = (a * data[p]! + b * data[p + 3]! + c * data[q]! + d * data[q + 3]! + 32768) >> 16
        out[at + 1] =
          (a * data[p + 1]! + b * data[p + 4]! + c * data[q + 1]! + d * data[q + 4]! + 32768) >> 16
        out[at + 2] =
          (a * data[p + 2]! + b * data[p + 5]! + c * data[q + 2]! + d * data[q + 5]! + 32768) >> 16
      }
    }
  }
  return { width, height, channels, data: out }
}

/** The same where some of the four neighboring pixels do not exist: they count as black. */
function atEdge(
  { data, width, height, channels }: Pixels,
  x: number,
  y: number,
  out: Uint8Array,
  at: number,
) {
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  for (let c = 0; c < channels; c++) {
    let value = 0.5
    for (const [px, py] of [
      [x0, y0],
      [x0 + 1, y0],
      [x0, y0 + 1],
      [x0 + 1, y0 + 1],
    ] as const) {
      if (px < 0 || py < 0 || px >= width || py >= height) continue
      const weight = (1 - Math.abs(x - px)) * (1 - Math.abs(y - py))
      value += weight * data[(py * width + px) * channels + c]!
    }
    out[at + c] = value
  }
}

/** The projective map from the unit square to a quadrilateral, (0,0) to its first corner and on clockwise. */
export function squareToQuad(quad: Quad): (u: number, v: number) => Point {
  const [ax, bx, cx, ay, by, cy, g, i] = projection(quad)
  return (u, v) => {
    const w = g * u + i * v + 1
    return [(ax * u + bx * v + cx) / w, (ay * u + by * v + cy) / w]
  }
}

/**
 * Its coefficients: x = (ax u + bx v + cx) / (g u + i v + 1), y = (ay u + by v + cy) / (the same).
 * After P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3.
 */
function projection([p0, p1, p2, p3]: Quad) {
  const [dx1, dx2, sx] = [p1[0] - p2[0], p3[0] - p2[0], p0[0] - p1[0] + p2[0] - p3[0]]
  const [dy1, dy2, sy] = [p1[1] - p2[1], p3[1] - p2[1], p0[1] - p1[1] + p2[1] - p3[1]]
  const determinant = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / determinant
  const i = (dx1 * sy - sx * dy1) / determinant
  const [ax, bx] = [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + i * p3[0]]
  const [ay, by] = [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + i * p3[1]]
  return [ax, bx, p0[0], ay, by, p0[1], g, i] as const
}
