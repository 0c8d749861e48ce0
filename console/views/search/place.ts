import { middleOf } from '@sightline/geometry/great-circle'
import { polygonFault } from '@sightline/schemas/area'
import type { Place } from '../../map/types.ts'
import { texts } from './texts.ts'
import type { Area, Wanted } from './wanted.ts'

/**
 * A place as written in the box and in its chip: an address, `32.54301, -117.02932`, or the corners of an area, each a
 * position, separated by semicolons.
 */
const POSITION = /^(-?\d{1,2}(?:\.\d+)?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)$/

/** A place that was written as latitude and longitude. */
export function positionOf(place: string): Place | null {
  const [, lat, lon] = POSITION.exec(place.trim()) ?? []
  if (lat === undefined || lon === undefined) return null
  return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lon)) <= 180
    ? { lat: Number(lat), lon: Number(lon) }
    : null
}

/** A place that was written as corners, however few; null for any other. */
export function cornersOf(place: string): Place[] | null {
  if (!place.includes(';')) return null
  const parts = place.split(';').filter((part) => part.trim())
  const corners = parts.flatMap((part) => positionOf(part) ?? [])
  return corners.length === parts.length ? corners : null
}

/** Rounded to a meter: a click is not more precise. */
export const positionText = ({ lat, lon }: Place): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`

export const cornersText = (corners: readonly Place[]): string =>
  corners.length === 1 ? `${positionText(corners[0]!)};` : corners.map(positionText).join('; ')

export type CornersFault = 'corners' | 'flat' | 'crossed' | 'wide'

/** Maximum number of corners of an area. */
export const MOST_CORNERS = 200

/** Why the corners do not form a valid area; null if they do. */
export const cornersFault = (corners: readonly Place[]): CornersFault | null =>
  corners.length < 3 || corners.length > MOST_CORNERS ? 'corners' : polygonFault(corners)

/** A place in words. */
export function placeText(area: Area): string {
  if ('polygon' in area) return areaText(area.polygon)
  const where = 'address' in area ? area.address : positionText(area)
  return area.radiusM ? `${where}, ${texts.chips.meters(area.radiusM)}` : where
}

/** A place in the form's format. */
export function fieldsOf(area: Area): Pick<Wanted, 'place' | 'radiusM'> {
  if ('polygon' in area) return { place: cornersText(area.polygon), radiusM: null }
  return {
    place: 'address' in area ? area.address : positionText(area),
    radiusM: area.radiusM ?? null,
  }
}

/** An area in words: the number of its corners, and its center. */
export const areaText = (corners: readonly Place[]): string =>
  texts.chips.area(corners.length, positionText(middleOf(corners) ?? corners[0]!))
