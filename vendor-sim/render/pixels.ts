import type { Random } from '../world/random.ts'

/** Raw pixels, eight bits a channel, rows from the top. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 3: red, green, blue; 4: and opacity. */
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/** Row-major 3×3 matrix that takes (x, y, 1) of one plane to another. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number]

export function invert([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  // The adjugate is enough: a homography has no scale of its own.
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ]
}

/** Where a homography takes a point. */
export function project(m: Homography, x: number, y: number): [number, number] {
  const w = m[6] * x + m[7] * y + m[8]
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w]
}

/**
 * Lays a picture with opacity over another, seen through a homography; bilinear. Changes `target`.
 * @param layer 4 channels @param toTarget from the layer's pixels to the target's
 */
export function overlay(target: Pixels, layer: Pixels, toTarget: Homography): void {
  const back = invert(toTarget)
  const corners = [
    [0, 0],
    [layer.width, 0],
    [0, layer.height],
    [layer.width, layer.height],
  ].map(([x, y]) => project(toTarget, x!, y!))
  const clamp = (value: number, max: number) => Math.max(0, Math.min(max, value))
  const [x0, x1] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))]
  const [y0, y1] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))]
  for (let y = clamp(Math.floor(y0), target.height); y < clamp(Math.ceil(y1), target.height); y++) {
    for (let x = clamp(Math.floor(x0), target.width); x < clamp(Math.ceil(x1), target.width); x++) {
      const [u, v] = project(back, x + 0.5, y + 0.5)
      blend(target, (y * target.width + x) * 3, layer, u - 0.5, v - 0.5)
    }
  }
}

/** Blends the layer at (u, v) into one pixel of the target. */
function blend(target: Pixels, at: number, layer: Pixels, u: number, v: number): void {
  if (u < 0 || v < 0 || u >= layer.width - 1 || v >= layer.height - 1) return
  const [left, top] = [Math.floor(u), Math.floor(v)]
  const [fx, fy] = [u - left, v - top]
  const first = (top * layer.width + left) * 4
  const below = first + layer.width * 4
  const weights = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy] as const
  const places = [first, first + 4, below, below + 4] as const
  let [opacity, red, green, blue] = [0, 0, 0, 0]
  for (let k = 0; k < 4; k++) {
    const place = places[k]!
    const share = weights[k]! * layer.data[place + 3]!
    opacity += share
    red += share * layer.data[place]!
    green += share * layer.data[place + 1]!
    blue += share * layer.data[place + 2]!
  }
  if (opacity === 0) return
  const rest = 1 - opacity / 255
  target.data[at] = target.data[at]! * rest + red / 255
  target.data[at + 1] = target.data[at + 1]! * rest + green / 255
  target.data[at + 2] = target.data[at + 2]! * rest + blue / 255
}

/** What a sensor adds: gain, and noise that grows with it. Changes `pixels`. @param noise deviation in gray levels */
export function expose(pixels: Pixels, gain: number, noise: number, gray: boolean, rng: Random): void {
  // A table of noise read from random places: a normal number for each of three million values is slow.
  const table = Float32Array.from({ length: 8192 }, () => rng.normal(0, noise))
  const { data } = pixels
  for (let i = 0; i < data.length; i += 3) {
    const place = Math.floor(rng.next() * 8189)
    const mean = gray ? 0.3 * data[i]! + 0.59 * data[i + 1]! + 0.11 * data[i + 2]! : 0
    for (let k = 0; k < 3; k++) {
      const value = (gray ? mean : data[i + k]!) * gain + table[gray ? place : place + k]!
      data[i + k] = Math.max(0, Math.min(255, value))
    }
  }
}
