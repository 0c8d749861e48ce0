import type { Circle, Polygon } from '@sightline/schemas/restrictions'
import { distanceM, type Point } from './great-circle.ts'
import { isInPolygon, type PlanePoint } from './plane.ts'

/** Whether a point is in a circle (along the great circle) or in a polygon (with sides straight in degrees). */
export function isWithin(area: Circle | Polygon, point: Point): boolean {
  return 'corners' in area ? isInside(area.corners, point) : distanceM(area, point) <= area.radiusM
}

/** Longitudes are taken from the first corner on, so that an area over the date line is one piece. */
function isInside(corners: Polygon['corners'], { lat, lon }: Point): boolean {
  const zero = corners[0]![1]
  const east = (degrees: number) => ((((degrees - zero + 180) % 360) + 360) % 360) - 180
  return isInPolygon(
    corners.map(([cornerLat, cornerLon]): PlanePoint => [east(cornerLon), cornerLat]),
    [east(lon), lat],
  )
}
