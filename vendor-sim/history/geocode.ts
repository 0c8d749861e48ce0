import { SightlineError } from '@sightline/schemas/errors'
import {
  type CamerasAnswer,
  type ListedCamera,
  MOST_LISTED,
  type SearchArea,
} from '@sightline/schemas/vendor-search'
import type { NumberedRegistration } from './registrations.ts'

/** A place on earth, degrees. */
export interface Point {
  readonly lat: number
  readonly lon: number
}

/** Cameras of an area: fixed ones by their position; for mobile ones each read must be checked. */
export interface FoundCameras {
  readonly fixed: readonly number[]
  readonly roaming: readonly number[]
  /** The area as a shape, or null if only the cameras at one address are meant. */
  readonly shape: Shape | null
}

/** A circle or a polygon, with the box around it. */
export interface Shape {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
  contains(point: Point): boolean
  /** The shape in SQL, on the columns `lat` and `lon`, which are millionths of a degree. */
  readonly sql: string
}

const METRES_A_DEGREE = 111_195

/**
 * The cameras in the United States (CAP-5) that an area means. An address is looked up among those of the registered
 * cameras; with a radius, it is the center of a circle.
 * @throws NOT_FOUND when no camera is registered at the address
 */
export function camerasIn(area: SearchArea, registrations: Iterable<NumberedRegistration>): FoundCameras {
  const ours = [...registrations].filter(isOurs)
  if ('address' in area) {
    const at = atAddress(area.address, ours)
    if (at.length === 0) throw nowhere()
    if (!area.radiusM) return { fixed: at.map(({ number }) => number), roaming: [], shape: null }
    return inShape(circle(middle(at), area.radiusM), ours)
  }
  return inShape('polygon' in area ? polygon(area.polygon) : circle(area, area.radiusM), ours)
}

/** The fixed cameras that an area means; none for an unknown address. */
export function listCameras(
  area: SearchArea,
  registrations: readonly NumberedRegistration[],
): Pick<CamerasAnswer, 'cameras' | 'more'> {
  const byNumber = new Map(registrations.map((one) => [one.number, one]))
  const words = 'address' in area ? { address: area.address } : area
  const isNowhere = 'address' in words && atAddress(words.address, registrations.filter(isOurs)).length === 0
  const fixed = isNowhere ? [] : camerasIn(words, registrations).fixed
  const listed = new Map<string, ListedCamera>()
  for (const number of fixed) {
    const { camera, position } = byNumber.get(number)!
    listed.set(`${camera.id} ${position?.lat} ${position?.lon}`, {
      camera: camera.id,
      position: position && { lat: position.lat, lon: position.lon },
    })
  }
  return { cameras: [...listed.values()].slice(0, MOST_LISTED), more: listed.size > MOST_LISTED }
}

const isOurs = ({ camera }: NumberedRegistration) => camera.country === 'US'

function inShape(shape: Shape, registrations: readonly NumberedRegistration[]): FoundCameras {
  const fixed = registrations.filter(({ position }) => position !== null && shape.contains(position))
  const roaming = registrations.filter(({ position }) => position === null)
  return { fixed: fixed.map(({ number }) => number), roaming: roaming.map(({ number }) => number), shape }
}

/** Matches all words of the question, in order; punctuation and case are ignored. */
function atAddress(address: string, registrations: readonly NumberedRegistration[]): NumberedRegistration[] {
  const wanted = normal(address)
  const found = registrations.filter(
    ({ camera }) => camera.address !== null && normal(camera.address).startsWith(wanted),
  )
  if (found.length > 0) return found
  return registrations.filter(({ camera }) => normal(camera.address ?? '').includes(wanted))
}

const nowhere = () =>
  new SightlineError('NOT_FOUND', 'no camera is registered at that address', {
    hint: 'Write the address as the reads have it, e.g. "101 Palm Avenue, San Ysidro, CA", or give a position and a radius.',
  })

const normal = (address: string) =>
  ` ${address
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `

function middle(registrations: readonly NumberedRegistration[]): Point {
  const places = registrations.flatMap(({ position }) => position ?? [])
  const mean = (of: (point: Point) => number) =>
    places.reduce((sum, place) => sum + of(place), 0) / places.length
  return { lat: mean(({ lat }) => lat), lon: mean(({ lon }) => lon) }
}

export function circle(centre: Point, radiusM: number): Shape {
  const high = radiusM / METRES_A_DEGREE
  const wide = high / Math.max(0.01, Math.cos((centre.lat * Math.PI) / 180))
  return {
    south: centre.lat - high,
    north: centre.lat + high,
    west: centre.lon - wide,
    east: centre.lon + wide,
    contains: (point) => distanceM(centre, point) <= radiusM,
    sql: `greatCircleDistance(lon / 1e6, lat / 1e6, ${centre.lon}, ${centre.lat}) <= ${radiusM}`,
  }
}

/** Corners in order; uses the even-odd rule. */
export function polygon(corners: readonly Point[]): Shape {
  const lats = corners.map(({ lat }) => lat)
  const lons = corners.map(({ lon }) => lon)
  return {
    south: Math.min(...lats),
    north: Math.max(...lats),
    west: Math.min(...lons),
    east: Math.max(...lons),
    contains: ({ lat, lon }) => {
      let inside = false
      for (const [i, a] of corners.entries()) {
        const b = corners.at(i - 1)!
        const crosses = a.lat > lat !== b.lat > lat
        if (crosses && lon < ((b.lon - a.lon) * (lat - a.lat)) / (b.lat - a.lat) + a.lon) inside = !inside
      }
      return inside
    },
    sql: `pointInPolygon((lon / 1e6, lat / 1e6), [${corners.map(({ lat, lon }) => `(${lon}, ${lat})`).join(', ')}])`,
  }
}

/** Great-circle distance, meters. */
export function distanceM(a: Point, b: Point): number {
  const rad = Math.PI / 180
  const [dLat, dLon] = [(b.lat - a.lat) * rad, (b.lon - a.lon) * rad]
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLon / 2) ** 2
  return 2 * METRES_A_DEGREE * (180 / Math.PI) * Math.asin(Math.sqrt(h))
}
