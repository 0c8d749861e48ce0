import { KIND_NAMES } from '../../ui/vehicle-text.ts'
import { texts } from './texts.ts'
import type { About, Area, PlaceSearch } from './types.ts'

const words = texts.about

/** A place in words. */
export function placeText(area: Area): string {
  if ('polygon' in area) return words.polygon(area.polygon.length)
  if ('address' in area) {
    return area.radiusM ? words.near(area.address, words.meters(area.radiusM)) : area.address
  }
  return words.around(`${area.lat.toFixed(4)}, ${area.lon.toFixed(4)}`, words.meters(area.radiusM))
}

const vehicleText = ({ color, make, model, kind }: NonNullable<PlaceSearch['vehicle']>): string =>
  [color, make, model, kind && KIND_NAMES[kind]].filter(Boolean).join(' ')

/** A subject of a case in words. It may be a plate, so never put it into an address or a title. */
export function aboutText(about: About): string {
  if ('plate' in about) return about.plate
  return 'place' in about ? placeText(about.place) : vehicleText(about.vehicle)
}

export const searchText = ({ area, vehicle }: PlaceSearch): string =>
  vehicle ? `${vehicleText(vehicle)}: ${placeText(area)}` : placeText(area)
