import { distanceM, type Point } from '@sightline/geometry/great-circle'
import { isInPolygon, type PlanePoint } from '@sightline/geometry/plane'
import type { Region } from '@sightline/schemas/plate'
import { AREAS } from './areas.ts'

/** Which issuer's state or country a place lies in, from coarse outlines. Pure. */

interface Outline {
  readonly issuer: Region
  /** Longitude and latitude, degrees. */
  readonly corners: readonly PlanePoint[]
}

/** Read when first needed. States come before countries: where two overlap, the finer one counts. */
let outlines: readonly Outline[] | undefined

/** A place in no outline, such as a pier, belongs to the outline whose nearest corner is not farther away than this, meters. */
const NEAR_M = 50_000

/**
 * @returns `us-ca` in the United States; elsewhere the country (`mx`, `ca`, `de`); null on the high seas, and in countries
 * of whose plates the recognizer knows nothing
 */
export function siteAt({ lat, lon }: Point): Region | null {
  outlines ??= AREAS.trim().split('\n').map(outlineOf)
  const inside = outlines.find(({ corners }) => isInPolygon(corners, [lon, lat]))
  if (inside) return inside.issuer
  const ways = outlines.map(({ issuer, corners }) => ({
    issuer,
    far: Math.min(...corners.map(([x, y]) => distanceM({ lat, lon }, { lat: y, lon: x }))),
  }))
  const nearest = ways.reduce((best, way) => (way.far < best.far ? way : best))
  return nearest.far <= NEAR_M ? nearest.issuer : null
}

/** A line of the table: the issuer, its first corner, the steps from each corner to the next; hundredths of a degree. */
function outlineOf(line: string): Outline {
  const [issuer, ...steps] = line.split(' ')
  let [lon, lat] = [0, 0]
  const corners: PlanePoint[] = []
  for (let i = 0; i < steps.length; i += 2) {
    lon += Number(steps[i])
    lat += Number(steps[i + 1])
    corners.push([lon / 100, lat / 100])
  }
  return { issuer: issuer!, corners }
}
