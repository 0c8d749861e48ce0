import { isWithin } from '@sightline/geometry/area'
import { distanceM, type Point, pointAhead } from '@sightline/geometry/great-circle'
import type { SearchArea, SearchVehicle } from '@sightline/schemas/vendor-search'
import { plainText, samePart, sameText } from '../federation/plain-text.ts'

/** Points checked per edge: enough that what lies between two of them is not worth a search. */
const STEPS = 16

type Address = Extract<SearchArea, { address: string }>
type Shape = Exclude<SearchArea, Address>
type Polygon = Extract<SearchArea, { polygon: unknown }>

/**
 * Whether a place named in a case covers a requested place (QRY-6). An address covers only itself, because only the
 * vendor knows where it is.
 */
export function covers(named: SearchArea, asked: SearchArea): boolean {
  if ('address' in named || 'address' in asked) {
    if (!('address' in named && 'address' in asked)) return false
    return sameText(named.address, asked.address) && radiusHolds(named, asked)
  }
  if ('polygon' in named) return polygonHolds(named, asked)
  return edgeOf(asked).every((point) => distanceM(named, point) <= named.radiusM + 1)
}

/** Without a radius an address means only the cameras there. */
const radiusHolds = (named: Address, asked: Address): boolean => (asked.radiusM ?? 0) <= (named.radiusM ?? 0)

function polygonHolds(outer: Polygon, asked: Shape): boolean {
  if ('polygon' in asked && JSON.stringify(outer.polygon) === JSON.stringify(asked.polygon)) return true
  // The edge is inside, and no corner of the outer shape is within: so the shape is covered.
  return (
    edgeOf(asked).every((point) => isWithin(outer, point)) &&
    !outer.polygon.some((corner) => isWithin(asked, corner))
  )
}

/** Points along the edge. */
function edgeOf(shape: Shape): Point[] {
  if (!('polygon' in shape)) {
    const bearings = Array.from({ length: 2 * STEPS }, (_, n) => (n * 180) / STEPS)
    return bearings.map((bearing) => pointAhead(shape, bearing, shape.radiusM))
  }
  return shape.polygon.flatMap((from, n) => {
    const to = shape.polygon[(n + 1) % shape.polygon.length]!
    return Array.from({ length: STEPS }, (_, step) => ({
      lat: from.lat + ((to.lat - from.lat) * step) / STEPS,
      lon: from.lon + ((to.lon - from.lon) * step) / STEPS,
    }))
  })
}

/**
 * Whether words describe a vehicle that somebody looks for (QRY-6). One vehicle in four is white: a color, or a kind, alone narrows
 * a search at a place, but is no subject, because it would open every place.
 */
export const isSubject = ({ make, model }: SearchVehicle): boolean =>
  plainText(`${make ?? ''} ${model ?? ''}`) !== ''

/** Whether a requested vehicle is the one that a case names, or a more specific one (QRY-6). */
export const namesVehicle = (named: SearchVehicle, asked: SearchVehicle): boolean =>
  (Object.entries(named) as [keyof SearchVehicle, string][]).every(([part, value]) => {
    const wanted = asked[part]
    return wanted !== undefined && samePart(part, value, wanted)
  })
