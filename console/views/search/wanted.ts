import type { VehicleKind } from '@sightline/schemas/vehicle-words'
import type { Body } from '../../api/client.ts'
import { type CornersFault, cornersFault, cornersOf, positionOf } from './place.ts'

export type SearchBody = Body<'/v1/search'>
export type Area = NonNullable<SearchBody['area']>
export type Vehicle = NonNullable<SearchBody['vehicle']>

/** The understood parts of a search; empty texts: not stated. */
export interface Wanted {
  /** Capitals and digits, with `?` for one unknown character and `*` for any number. */
  plate: string
  /** Who issued the plate, e.g. `us-ca`. */
  region: string
  /** Also plates that a recognizer may confuse with this one. */
  lookAlikes: boolean
  color: string
  make: string
  model: string
  /** Of vehicle; '' is any. */
  kind: VehicleKind | ''
  /** An address as in cameras' registrations, or a position or the corners of an area as in `place.ts`. */
  place: string
  /** Radius around the place, meters; null: only the cameras at the address, or those in the area. */
  radiusM: number | null
  /** Words that were not understood. */
  unknown: string
}

export const NOTHING: Wanted = {
  plate: '',
  region: '',
  lookAlikes: false,
  color: '',
  make: '',
  model: '',
  kind: '',
  place: '',
  radiusM: null,
  unknown: '',
}

/** A position needs a radius, because no camera is exactly there. */
export const POSITION_RADIUS_M = 500

export type Fault =
  | ('nothing' | 'short-pattern' | 'pattern-place' | 'vehicle-place' | 'long-plate' | 'unknown')
  | CornersFault

export const hasWildcard = (plate: string): boolean => /[?*]/.test(plate)

/** Whether it is about one whole plate, as case subjects and the review tools require. */
export const isWholePlate = ({ plate }: Pick<Wanted, 'plate'>): boolean => plate !== '' && !hasWildcard(plate)

/** Why the search cannot be sent yet; null if it can. */
export function faultOf(wanted: Wanted): Fault | null {
  const { plate, place, unknown, region } = wanted
  const hasVehicle = vehicleOf(wanted) !== null
  if (unknown) return 'unknown'
  if (!plate && !place && !hasVehicle && !region) return 'nothing'
  if (plate.length > 10) return 'long-plate'
  if (hasWildcard(plate) && plate.replace(/[?*]/g, '').length < 2) return 'short-pattern'
  if (hasWildcard(plate) && !place) return 'pattern-place'
  if (!plate && !place) return 'vehicle-place'
  const corners = cornersOf(place)
  return corners && cornersFault(corners)
}

export function vehicleOf({ color, make, model, kind }: Wanted): Vehicle | null {
  if (!color && !make && !model && !kind) return null
  return { ...(make && { make }), ...(model && { model }), ...(color && { color }), ...(kind && { kind }) }
}

export function areaOf({ place, radiusM }: Pick<Wanted, 'place' | 'radiusM'>): Area | null {
  if (!place) return null
  const polygon = cornersOf(place)
  if (polygon) return { polygon }
  const position = positionOf(place)
  if (position) return { ...position, radiusM: radiusM ?? POSITION_RADIUS_M }
  return { address: place, ...(radiusM !== null && { radiusM }) }
}

/** The request to the api. */
export function requestOf(
  wanted: Wanted,
): Pick<SearchBody, 'plate' | 'match' | 'pattern' | 'region' | 'area' | 'vehicle'> {
  const { plate, lookAlikes, region } = wanted
  const area = areaOf(wanted)
  const vehicle = vehicleOf(wanted)
  return {
    ...(plate && (hasWildcard(plate) ? { pattern: plate } : { plate })),
    ...(isWholePlate(wanted) && lookAlikes && { match: 'ocr' as const }),
    ...(region && { region }),
    ...(area && { area }),
    ...(vehicle && { vehicle }),
  }
}
