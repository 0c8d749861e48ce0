/** A corner of an area, degrees, WGS 84. */
interface Corner {
  readonly lat: number
  readonly lon: number
}

/** Largest distance that a search covers around a place, meters. */
export const MAX_RADIUS_M = 50_000

/** Meters a degree of latitude. */
const METERS = 111_195

/**
 * Why a polygon is not a valid area: it has no inside, its edges cross, or it is larger than a circle may be (QRY-6).
 */
export type PolygonFault = 'flat' | 'crossed' | 'wide'

/** The fault of a polygon with at least three corners; null when it can be searched. */
export function polygonFault(corners: readonly Corner[]): PolygonFault | null {
  const flat = onPlane(corners)
  if (flat.some(([x, y]) => Math.hypot(x, y) > MAX_RADIUS_M)) return 'wide'
  const edges = flat.map((from, n): Edge => [from, flat[(n + 1) % flat.length]!])
  const isCrossed = edges.some((edge, n) =>
    edges.some((other, m) => m > n + 1 && !(n === 0 && m === edges.length - 1) && cross(edge, other)),
  )
  if (isCrossed) return 'crossed'
  // A square meter: a smaller area was clicked in one place.
  const twice = edges.reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0)
  return Math.abs(twice) < 2 ? 'flat' : null
}

type Point = readonly [x: number, y: number]
type Edge = readonly [Point, Point]

/**
 * Meters east and north of the center of their bounding box; at such short distances the earth is flat. Longitudes are
 * counted from the first corner, so that an area over the date line is one piece.
 */
function onPlane(corners: readonly Corner[]): Point[] {
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2
  const zero = corners[0]?.lon ?? 0
  const easts = corners.map(({ lon }) => ((lon - zero + 540) % 360) - 180)
  const lat = middle(corners.map((corner) => corner.lat))
  const east = middle(easts)
  const shrink = Math.cos((lat * Math.PI) / 180)
  return corners.map((corner, n) => [(easts[n]! - east) * METERS * shrink, (corner.lat - lat) * METERS])
}

/** Whether two edges cross between their ends; touching is allowed. */
function cross([a, b]: Edge, [c, d]: Edge): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

/** On which side of a line a point is: 1, −1, or 0 on it. */
const side = ([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number =>
  Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax))
