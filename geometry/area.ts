import type { Circle, Polygon } from '@sightline/schemas/restrictions'
import { distanceM, METERS_A_DEGREE, type Point } from './great-circle.ts'
import { isInPolygon, type PlanePoint } from './plane.ts'

/** Whether a point is in a circle (along the great circle) or in a polygon (with sides straight in degrees). */
export function isWithin(area: Circle | Polygon, point: Point): boolean {
  return 'polygon' in area ? isInside(area.polygon, point) : distanceM(area, point) <= area.radiusM
}

function isInside(polygon: readonly Point[], { lat, lon }: Point): boolean {
  const zero = polygon[0]!.lon
  return isInPolygon(
    polygon.map((corner): PlanePoint => [eastOf(zero, corner.lon), corner.lat]),
    [eastOf(zero, lon), lat],
  )
}

/**
 * How far east of one longitude another lies, degrees, -180 ≤ east < 180. An area whose longitudes are taken from one of its
 * own points is one piece, also over the date line.
 */
export const eastOf = (zero: number, lon: number): number => ((((lon - zero + 180) % 360) + 360) % 360) - 180

/** A box around an area, degrees. */
export interface Bounds {
  readonly south: number
  readonly north: number
  /** The longitude from which `west` and `east` are counted. */
  readonly zero: number
  /** Degrees east of `zero`; all around the earth it is -180 … 180. */
  readonly west: number
  readonly east: number
}

/** The smallest box that has all of an area in it; over a pole it goes all around the earth. */
export function boundsOf(area: Circle | Polygon): Bounds {
  if ('polygon' in area) {
    const zero = area.polygon[0]!.lon
    const lats = area.polygon.map(({ lat }) => lat)
    const easts = area.polygon.map(({ lon }) => eastOf(zero, lon))
    return {
      south: Math.min(...lats),
      north: Math.max(...lats),
      zero,
      west: Math.min(...easts),
      east: Math.max(...easts),
    }
  }
  const high = area.radiusM / METERS_A_DEGREE
  const [south, north] = [Math.max(-90, area.lat - high), Math.min(90, area.lat + high)]
  // The circle is widest where it touches a meridian, not at its center: sin(wide) = sin(high) / cos(lat).
  const sine = Math.sin((high * Math.PI) / 180) / Math.cos((area.lat * Math.PI) / 180)
  const isOverPole = Math.abs(area.lat) + high >= 90
  const wide = isOverPole ? 180 : (Math.asin(Math.min(1, sine)) * 180) / Math.PI
  return { south, north, zero: area.lon, west: -wide, east: wide }
}
