/** Geometry on the sphere. Pure. Uses WGS 84 degrees as on a sphere: distances are off by 0.5 % at most. */

/** Mean radius of the earth in meters. */
const EARTH_M = 6_371_009

/** Meters of a degree along a meridian. */
export const METERS_A_DEGREE = (EARTH_M * Math.PI) / 180

export interface Point {
  /** Degrees, -90 … 90. */
  lat: number
  /** Degrees, -180 … 180. */
  lon: number
}

type Vector = readonly [number, number, number]

const radians = (degrees: number) => (degrees * Math.PI) / 180
const degrees = (angle: number) => (angle * 180) / Math.PI
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

function toVector({ lat, lon }: Point): Vector {
  const [phi, lambda] = [radians(lat), radians(lon)]
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}

const toPoint = ([x, y, z]: Vector): Point => ({
  lat: degrees(Math.atan2(z, Math.hypot(x, y))),
  lon: degrees(Math.atan2(y, x)),
})

const combine = (a: Vector, u: number, b: Vector, v: number): Vector => [
  a[0] * u + b[0] * v,
  a[1] * u + b[1] * v,
  a[2] * u + b[2] * v,
]

/** The angle between two vectors, exact also for tiny angles, where an arc cosine is not. */
function angleBetween(a: Vector, b: Vector): number {
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
  return Math.atan2(cross, dot(a, b))
}

/** @returns meters along the great circle */
export const distanceM = (a: Point, b: Point): number => EARTH_M * angleBetween(toVector(a), toVector(b))

/**
 * The point in the middle of some points, also over a pole and the date line.
 * @returns undefined when there is none: no points, or points that lie all around the earth
 */
export function middleOf(points: readonly Point[]): Point | undefined {
  const sum = points.map(toVector).reduce<Vector>((all, one) => combine(all, 1, one, 1), [0, 0, 0])
  return Math.hypot(...sum) > 1e-9 ? toPoint(sum) : undefined
}

/** The point at `share` (0 … 1) of the great circle from `a` to `b`, also over a pole and the date line. */
export function pointBetween(a: Point, b: Point, share: number): Point {
  const [from, to] = [toVector(a), toVector(b)]
  const angle = angleBetween(from, to)
  const sine = Math.sin(angle)
  // The same point, or opposite points, which have no unique way between them.
  if (sine < 1e-15) return { lat: a.lat, lon: a.lon }
  const [u, v] = [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine]
  return toPoint(combine(from, u, to, v))
}

/** The point `meters` away from `start` in a direction; negative meters go backward. */
export function pointAhead(start: Point, headingDeg: number, meters: number): Point {
  const [phi, lambda, heading] = [radians(start.lat), radians(start.lon), radians(headingDeg)]
  const north: Vector = [-Math.sin(phi) * Math.cos(lambda), -Math.sin(phi) * Math.sin(lambda), Math.cos(phi)]
  const east: Vector = [-Math.sin(lambda), Math.cos(lambda), 0]
  const direction = combine(north, Math.cos(heading), east, Math.sin(heading))
  const angle = meters / EARTH_M
  return toPoint(combine(toVector(start), Math.cos(angle), direction, Math.sin(angle)))
}

/** The heading at `share` of the shorter turn from `a` to `b`, 0 ≤ heading < 360. */
export function headingBetween(a: number, b: number, share: number): number {
  const turn = ((b - a + 540) % 360) - 180
  return (((a + turn * share) % 360) + 360) % 360
}
