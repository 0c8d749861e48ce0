import { isWithin } from '@sightline/geometry/area'
import { distanceM, middleOf } from '@sightline/geometry/great-circle'
import { SightlineError } from '@sightline/schemas/errors'
import type { Circle, Polygon } from '@sightline/schemas/restrictions'
import {
  type CamerasAnswer,
  type ListedCamera,
  MOST_LISTED,
  type SearchArea,
} from '@sightline/schemas/vendor-search'
import type { NumberedRegistration } from './registrations.ts'

/** Cameras of an area: fixed ones by their position; for mobile ones each read must be checked. */
export interface FoundCameras {
  readonly fixed: readonly number[]
  readonly roaming: readonly number[]
  /** Null if only the cameras at one address are meant. */
  readonly shape: Circle | Polygon | null
}

/** Cameras of one address lie at most this far from their middle, or as far as the search reaches, meters. */
const ONE_PLACE_M = 2000

/**
 * The cameras in the United States (CAP-5) that an area means. An address is looked up among those of the registered
 * cameras; with a radius, it is the center of a circle.
 * @throws NOT_FOUND when no camera is registered at the address; SEARCH_TOO_WIDE when the address means several places and
 *   a radius is given: there is no one center
 */
export function camerasIn(area: SearchArea, registrations: Iterable<NumberedRegistration>): FoundCameras {
  const ours = [...registrations].filter(isOurs)
  if ('address' in area) {
    const at = atAddress(area.address, ours)
    if (at.length === 0) throw nowhere()
    if (!area.radiusM) return { fixed: at.map(({ number }) => number), roaming: [], shape: null }
    return inShape({ ...centerOf(at, area.radiusM), radiusM: area.radiusM }, ours)
  }
  return inShape(area, ours)
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

function inShape(shape: Circle | Polygon, registrations: readonly NumberedRegistration[]): FoundCameras {
  const fixed = registrations.filter(({ position }) => position !== null && isWithin(shape, position))
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

function centerOf(
  registrations: readonly NumberedRegistration[],
  radiusM: number,
): Pick<Circle, 'lat' | 'lon'> {
  const places = registrations.flatMap(({ position }) => position ?? [])
  const center = middleOf(places)
  if (!center) throw nowhere()
  const mostM = Math.max(ONE_PLACE_M, radiusM)
  if (places.every((place) => distanceM(center, place) <= mostM)) return center
  throw new SightlineError('SEARCH_TOO_WIDE', 'this address means cameras at several places', {
    hint: 'Give number, street and town as the reads have them, e.g. "101 Palm Avenue, San Ysidro, CA", or give a position and a radius.',
  })
}
