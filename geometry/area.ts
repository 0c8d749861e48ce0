import type { Circle, Polygon } from '@sightline/schemas/restrictions'
import { distanceM, type Point } from './great-circle.ts'

/** Whether a point lies in a circle (along the great circle) or in a polygon (sides straight in degrees). */
export function isWithin(area: Circle | Polygon, point: Point): boolean {
  return 'corners' in area ? isInside(area.corners, point) : distanceM(area, point) <= area.radiusM
}

/**
 * Counts the sides that a ray to the east crosses. Longitudes are taken from the first corner on, so that an area
 * over the date line is one piece.
 */
function isInside(corners: Polygon['corners'], { lat, lon }: Point): boolean {
  const zero = corners[0]![1]
  const east = (degrees: number) => ((((degrees - zero + 180) % 360) + 360) % 360) - 180
  const x = east(lon)
  let inside = false
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[latA, lonA], [latB, lonB]] = [corners[i]!, corners[j]!]
    if (latA > lat === latB > lat) continue
    const [xA, xB] = [east(lonA), east(lonB)]
    if (x < xA + ((lat - latA) / (latB - latA)) * (xB - xA)) inside = !inside
  }
  return inside
}
