import { distanceM, type Point } from '@sightline/geometry/great-circle'
import { isInPolygon, type PlanePoint } from '@sightline/geometry/plane'
import type { Region } from '@sightline/schemas/plate'
import { AREAS } from './areas.ts'

/** Which issuer's state or country contains a place, by coarse polygons. Pure. */

interface IssuerArea {
  readonly issuer: Region
  /** Longitude and latitude, degrees. */
  readonly polygon: readonly PlanePoint[]
}

/** Parsed when first needed. States come before countries: where two overlap, the finer one counts. */
let areas: readonly IssuerArea[] | undefined

/** A place outside all areas, such as a pier, belongs to the area with the nearest corner, up to this distance, meters. */
const NEAR_M = 50_000

/**
 * @returns `us-ca` in the United States; elsewhere the country (`mx`, `ca`, `de`); null on the high seas, and in countries
 *   whose plates the recognizer does not know
 */
export function siteAt({ lat, lon }: Point): Region | null {
  areas ??= AREAS.trim().split('\n').map(parseArea)
  const inside = areas.find(({ polygon }) => isInPolygon(polygon, [lon, lat]))
  if (inside) return inside.issuer
  const ways = areas.map(({ issuer, polygon }) => ({
    issuer,
    far: Math.min(...polygon.map(([x, y]) => distanceM({ lat, lon }, { lat: y, lon: x }))),
  }))
  const nearest = ways.reduce((best, way) => (way.far < best.far ? way : best))
  return nearest.far <= NEAR_M ? nearest.issuer : null
}

/** A line of the table: the issuer, its first corner, the steps from each corner to the next; hundredths of a degree. */
function parseArea(line: string): IssuerArea {
  const [issuer, ...steps] = line.split(' ')
  let [lon, lat] = [0, 0]
  const polygon: PlanePoint[] = []
  for (let i = 0; i < steps.length; i += 2) {
    lon += Number(steps[i])
    lat += Number(steps[i + 1])
    polygon.push([lon / 100, lat / 100])
  }
  return { issuer: issuer!, polygon }
}
