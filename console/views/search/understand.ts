import { cornersOf } from './place.ts'
import { divideText } from './understand-place.ts'
import { subjectOf } from './understand-subject.ts'
import { type Said, timeIn } from './understand-time.ts'
import { KIND_WORDS } from './vocabulary.ts'
import type { Wanted } from './wanted.ts'

/**
 * Understands a typed search: a plate (`CA 7ABC 123`, `7AB*`), a place (`1 Harbor Drive, San Diego`, `32.54, -117.03`, the
 * corners of an area), a vehicle (`white Toyota Camry`), a time (`last week`), or several of them (`white Camry within 500 m
 * of 1 Harbor Drive since Monday`). It reports the rest, and guesses nothing.
 */
export function understand(text: string, now: Date): { wanted: Wanted; said: Said | null } {
  const trimmed = decimal(text.trim().replace(/\s+/g, ' '))
  const time = timeIn(trimmed, now)
  const { subject, place, radiusM } = divideText((time?.rest ?? trimmed).replace(/ ?, ?$| (?=,)/g, ''))
  return {
    wanted: { ...subjectOf(subject, place !== ''), place, radiusM },
    said: time?.said ?? null,
  }
}

/** `1/2 mile` is not a date. */
const decimal = (text: string): string =>
  text.replace(/\b([1-3])\/([248])(?= ?(?:mi|miles?|km)\b)/gi, (_, part, whole) => String(part / whole))

/** The text of the box after a part was changed. `understand` reads it the same way. */
export function spellWanted(
  { plate, region, color, make, model, kind, place, radiusM, unknown }: Wanted,
  time = '',
): string {
  const vehicle = [color, make, model, kind && KIND_WORDS[kind]].filter(Boolean).join(' ')
  const isArea = cornersOf(place) !== null
  const around =
    place &&
    (isArea ? `inside ${place}` : radiusM === null ? `near ${place}` : `within ${radiusM} m of ${place}`)
  // Next to other words, a plate without digits is marked by the word `plate`.
  const isWord = plate !== '' && !/[\d?*]/.test(plate) && (vehicle || region || unknown)
  const subject = [region, vehicle, isWord ? `plate ${plate}` : plate, unknown]
  return [...subject, time, around].filter(Boolean).join(' ')
}
