import type { Body } from '../../api/client.ts'

export type SearchBody = Body<'/v1/search'>
export type Area = NonNullable<SearchBody['area']>
export type Vehicle = NonNullable<SearchBody['vehicle']>

/** What a search is about, as it was understood; empty texts: not said. */
export interface Wanted {
  /** Capitals and digits, with `?` for one unknown character and `*` for any number. */
  plate: string
  /** Also plates that a recogniser takes for this one. */
  lookAlikes: boolean
  colour: string
  make: string
  model: string
  /** An address as readers have it, or `32.54301, -117.02932`. */
  place: string
  /** Around the place, metres; null: the readers at the address alone. */
  radiusM: number | null
  /** Words that were not understood. */
  unknown: string
}

export const NOTHING: Wanted = {
  ...{ plate: '', lookAlikes: false, colour: '', make: '', model: '' },
  ...{ place: '', radiusM: null, unknown: '' },
}

/** A position needs a radius: nothing is known to stand just there. */
export const POSITION_RADIUS_M = 500

export type Fault = 'nothing' | 'short-pattern' | 'pattern-place' | 'vehicle-place' | 'long-plate' | 'unknown'

const POSITION = /^(-?\d{1,2}(?:\.\d+)?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)$/

/** A place that was written as latitude and longitude. */
export function positionOf(place: string): { lat: number; lon: number } | null {
  const [, lat, lon] = POSITION.exec(place.trim()) ?? []
  if (lat === undefined || lon === undefined) return null
  return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lon)) <= 180
    ? { lat: Number(lat), lon: Number(lon) }
    : null
}

export const positionText = ({ lat, lon }: { lat: number; lon: number }): string =>
  `${lat.toFixed(5)}, ${lon.toFixed(5)}`

export const hasWildcard = (plate: string): boolean => /[?*]/.test(plate)

/** Whether it is about one whole plate: what a case names and the review tools take. */
export const isWholePlate = ({ plate }: Wanted): boolean => plate !== '' && !hasWildcard(plate)

/** Why it cannot be asked as it stands; null when it can. */
export function faultOf(wanted: Wanted): Fault | null {
  const { plate, place, unknown } = wanted
  const hasVehicle = vehicleOf(wanted) !== null
  if (unknown) return 'unknown'
  if (!plate && !place && !hasVehicle) return 'nothing'
  if (plate.length > 10) return 'long-plate'
  if (hasWildcard(plate) && plate.replace(/[?*]/g, '').length < 2) return 'short-pattern'
  if (hasWildcard(plate) && !place) return 'pattern-place'
  if (!plate && hasVehicle && !place) return 'vehicle-place'
  return null
}

export function vehicleOf({ colour, make, model }: Wanted): Vehicle | null {
  if (!colour && !make && !model) return null
  return { ...(make && { make }), ...(model && { model }), ...(colour && { colour }) }
}

export function areaOf({ place, radiusM }: Wanted): Area | null {
  if (!place) return null
  const position = positionOf(place)
  if (position) return { ...position, radiusM: radiusM ?? POSITION_RADIUS_M }
  return { address: place, ...(radiusM !== null && { radiusM }) }
}

/** What the api is asked for. */
export function requestOf(
  wanted: Wanted,
): Pick<SearchBody, 'plate' | 'match' | 'pattern' | 'area' | 'vehicle'> {
  const { plate, lookAlikes } = wanted
  const area = areaOf(wanted)
  const vehicle = vehicleOf(wanted)
  return {
    ...(plate && (hasWildcard(plate) ? { pattern: plate } : { plate })),
    ...(isWholePlate(wanted) && lookAlikes && { match: 'ocr' as const }),
    ...(area && { area }),
    ...(vehicle && { vehicle }),
  }
}
