import { extent, type Point, type Quad } from '../geometry.ts'
import type { Area } from '../picture.ts'

/**
 * The refiner's window: the parallelogram around a proposal, which the refiner sees straightened; pure. It follows
 * training/locator/geometry.py (`frame_of`, `cut`).
 */

/** @param grow how much larger than the quad the window is, along and across the text */
export function windowAround([a, b, c, d]: Quad, grow: readonly [number, number]): Quad {
  const center = (i: 0 | 1) => (a[i] + b[i] + c[i] + d[i]) / 4
  const along = (i: 0 | 1) => ((b[i] - a[i] + c[i] - d[i]) / 4) * grow[0]
  const across = (i: 0 | 1) => ((d[i] - a[i] + c[i] - b[i]) / 4) * grow[1]
  const corner = (right: 1 | -1, down: 1 | -1): Point => [
    center(0) + right * along(0) + down * across(0),
    center(1) + right * along(1) + down * across(1),
  ]
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

/**
 * The quad moved outward at its ends and at its upper and lower side, keeping its perspective
 * (training/recognizer/second_look.py).
 * @param along, across how far on each side, in lengths of that side; negative is inward
 */
export function loosen(quad: Quad, along: number, across: number): Quad {
  const [a, b, c, d] = quad
  const move = ([x, y]: Point, right: 1 | -1, down: 1 | -1): Point => {
    const [u, v] = [(along * right) / 2, (across * down) / 2]
    return [
      x + u * (b[0] - a[0] + c[0] - d[0]) + v * (d[0] - a[0] + c[0] - b[0]),
      y + u * (b[1] - a[1] + c[1] - d[1]) + v * (d[1] - a[1] + c[1] - b[1]),
    ]
  }
  return [move(a, -1, -1), move(b, 1, -1), move(c, 1, 1), move(d, -1, 1)]
}

/** Converts a place in the window, 0…1 to the right and down, into a place in the image. */
export function fromWindow([origin, right, , below]: Quad, u: number, v: number): Point {
  const place = (i: 0 | 1) => origin[i] + u * (right[i] - origin[i]) + v * (below[i] - origin[i])
  return [place(0), place(1)]
}

/**
 * The part of the image that a quadrilateral needs, with a pixel more on every side for the interpolation, and the
 * reduction factor (1, 2, 4 …) with which it is at most twice as fine as `width` pixels along the text; null when it
 * lies outside. The area's sides are multiples of `shrink`.
 */
export function areaFor(
  quad: Quad,
  width: number,
  picture: { readonly width: number; readonly height: number },
): { readonly area: Area; readonly shrink: number } | null {
  const [a, b] = quad
  let shrink = 1
  while (Math.hypot(b[0] - a[0], b[1] - a[1]) / width / shrink > 2) shrink *= 2
  const [x, y, w, h] = extent(quad)
  const from = (value: number) => Math.max(0, Math.floor(value / shrink) - 1) * shrink
  const to = (value: number, max: number) =>
    Math.min(Math.floor(max / shrink), Math.ceil(value / shrink) + 1) * shrink
  const [left, top] = [from(x), from(y)]
  const [right, bottom] = [to(x + w, picture.width), to(y + h, picture.height)]
  if (!(right > left && bottom > top)) return null
  return { area: [left, top, right - left, bottom - top], shrink }
}
