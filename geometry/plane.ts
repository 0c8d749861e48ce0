/** Geometry of a plane with x to the right and y down, in whatever unit. Pure. */

export type PlanePoint = readonly [x: number, y: number]

/**
 * Whether a point lies in a polygon: counts the sides that a ray to the right crosses (even-odd). A point on a side may count
 * as either, but never as in two polygons that share the side.
 * @param polygon its corners in order; the last connects to the first
 */
export function isInPolygon(polygon: readonly PlanePoint[], [x, y]: PlanePoint): boolean {
  let inside = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xA, yA], [xB, yB]] = [polygon[i]!, polygon[j]!]
    if (yA > y === yB > y) continue
    if (x < xA + ((y - yA) / (yB - yA)) * (xB - xA)) inside = !inside
  }
  return inside
}

/** On which side of the line through `from` and `to` a point lies: positive to the right as one looks along it. */
const sideOf = ([x0, y0]: PlanePoint, [x1, y1]: PlanePoint, [x, y]: PlanePoint): number =>
  (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)

/**
 * Whether a straight way crosses a line from its left to its right, as one looks from the line's beginning to its end.
 * @returns 'forward' for that, 'back' for the other way, null when it does not cross it
 */
export function crossing(
  [from, to]: readonly [PlanePoint, PlanePoint],
  start: PlanePoint,
  end: PlanePoint,
): 'forward' | 'back' | null {
  const [before, after] = [sideOf(from, to, start), sideOf(from, to, end)]
  // A way that ends on the line has not crossed it yet.
  if (before === 0 || after === 0 || before > 0 === after > 0) return null
  const [a, b] = [sideOf(start, end, from), sideOf(start, end, to)]
  if (a > 0 === b > 0 && a !== 0 && b !== 0) return null
  return after > 0 ? 'forward' : 'back'
}
