import { KIND_NAMES } from '../../ui/vehicle-text.ts'
import type { Case } from './pages.ts'
import { placeText } from './place.ts'
import { texts } from './texts.ts'
import { areaOf, isWholePlate, vehicleOf, type Wanted } from './wanted.ts'

export type About = Case['subjects'][number]['about']

/** Subjects that a case may name for a search: any one of them permits it (QRY-6). */
export function aboutOf(wanted: Wanted): About[] {
  if (isWholePlate(wanted)) return [{ plate: wanted.plate }]
  const area = areaOf(wanted)
  const vehicle = vehicleOf(wanted)
  return [...(area ? [{ place: area }] : []), ...(vehicle ? [{ vehicle }] : [])]
}

/** A subject of a case in words. */
export function aboutText(about: About): string {
  const words = texts.nameDialog
  if ('plate' in about) return words.plate(about.plate)
  if ('vehicle' in about) {
    const { color, make, model, kind } = about.vehicle
    return words.vehicle([color, make, model, kind && KIND_NAMES[kind]].filter(Boolean).join(' '))
  }
  return words.place(placeText(about.place))
}
