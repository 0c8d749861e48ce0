/** Plane geometry of text and plates. Coordinates are image pixels, x to the right, y down. */

export type Point = [x: number, y: number]

/** Four corners, clockwise from the top left as the text is read. */
export type Quad = [Point, Point, Point, Point]

/** Upright rectangle: [x, y, width, height]. */
export type Box = [x: number, y: number, width: number, height: number]

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])

export const midpoint = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]

export const center = (quad: Quad): Point => midpoint(midpoint(quad[0], quad[2]), midpoint(quad[1], quad[3]))

/** Length of the text line: mean of the upper and the lower side. */
export const quadWidth = (q: Quad): number => (distance(q[0], q[1]) + distance(q[3], q[2])) / 2

/** Height of the text: mean of the left and the right side. */
export const quadHeight = (q: Quad): number => (distance(q[0], q[3]) + distance(q[1], q[2])) / 2

/** Slope of the text line in radians, 0 when level, positive when it falls to the right. */
export function quadSlope(q: Quad): number {
  const left = midpoint(q[0], q[3])
  const right = midpoint(q[1], q[2])
  return Math.atan2(right[1] - left[1], right[0] - left[0])
}

export const mapQuad = (q: Quad, map: (point: Point) => Point): Quad => [
  map(q[0]),
  map(q[1]),
  map(q[2]),
  map(q[3]),
]

export function quadOfBox([x, y, w, h]: Box): Quad {
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ]
}

/** The smallest upright rectangle around the points, clipped to a `width` × `height` image. */
export function boundingBox(points: readonly Point[], width: number, height: number): Box {
  const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max)
  return extent(points.map(([x, y]): Point => [clamp(x, width), clamp(y, height)]))
}

/** The smallest upright rectangle around the points. */
export function extent(points: readonly Point[]): Box {
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  const x = Math.min(...xs)
  const y = Math.min(...ys)
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y]
}

/** Share of the smaller box that the other one covers, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  return shared > 0 ? shared / Math.min(a[2] * a[3], b[2] * b[3]) : 0
}

/** Intersection over union (IoU), 0 to 1. */
export function iou(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  return shared > 0 ? shared / (a[2] * a[3] + b[2] * b[3] - shared) : 0
}

function sharedArea(a: Box, b: Box): number {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  return w > 0 && h > 0 ? w * h : 0
}

/** Convex hull (Andrew's monotone chain), without collinear points. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const half = (ordered: Point[]) => {
    const chain: Point[] = []
    for (const p of ordered) {
      while (chain.length >= 2 && turn(chain[chain.length - 2]!, chain[chain.length - 1]!, p) <= 0)
        chain.pop()
      chain.push(p)
    }
    chain.pop()
    return chain
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

const turn = (o: Point, a: Point, b: Point): number =>
  (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])

/**
 * The rectangle of smallest area around a set of points, at any angle, enlarged by `margin(width, height)` on each
 * side; corners clockwise from the top left. One of its sides lies on a side of the convex hull, so only those must be
 * tried.
 * @param points at least one
 */
export function minAreaRectangle(
  points: readonly Point[],
  margin: (width: number, height: number) => number = () => 0,
): Quad {
  const hull = convexHull(points)
  let best = { area: Number.POSITIVE_INFINITY, angle: 0, u: [0, 0], v: [0, 0] }
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i]!
    const b = hull[(i + 1) % hull.length]!
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0])
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const us = hull.map((p) => p[0] * cos + p[1] * sin)
    const vs = hull.map((p) => p[1] * cos - p[0] * sin)
    const u = [Math.min(...us), Math.max(...us)]
    const v = [Math.min(...vs), Math.max(...vs)]
    const area = (u[1]! - u[0]!) * (v[1]! - v[0]!)
    if (area < best.area) best = { area, angle, u, v }
  }
  const [u0, u1] = best.u as [number, number]
  const [v0, v1] = best.v as [number, number]
  const m = margin(u1 - u0, v1 - v0)
  const [cos, sin] = [Math.cos(best.angle), Math.sin(best.angle)]
  const at = (u: number, v: number): Point => [u * cos - v * sin, u * sin + v * cos]
  return uprightOrder([at(u0 - m, v0 - m), at(u1 + m, v0 - m), at(u1 + m, v1 + m), at(u0 - m, v1 + m)])
}

/** The same clockwise corners, starting at the one that is top left when the text is less than 45° from level. */
function uprightOrder(corners: Quad): Quad {
  let start = 0
  for (let i = 1; i < 4; i++) {
    const [p, q] = [corners[i]!, corners[start]!]
    if (p[0] + p[1] < q[0] + q[1]) start = i
  }
  return [0, 1, 2, 3].map((i) => corners[(start + i) % 4]!) as Quad
}
