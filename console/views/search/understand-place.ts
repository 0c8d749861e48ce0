import { positionOf } from './place.ts'
import { makeAt } from './understand-subject.ts'
import { COLORS, STREET } from './vocabulary.ts'

const UNIT = '(km|kilometers?|kilometers?|mi|miles?|m|meters?|meters?|ft|feet|yd|yards?|blocks?)'
const WITHIN = new RegExp(
  `\\b(?:within|radius(?: of)?)\\s+([\\d.,]+)\\s*${UNIT}\\b(?:\\s+(?:of|around|from))?`,
  'i',
)
const TRAILING = new RegExp(`[,;]?\\s+([\\d.]+)\\s*${UNIT}(?:\\s+radius)?$`, 'i')
/** A word that begins a place; `in` and `on` come after the subject. */
const NEAR = /(?:^|\s)(?:near|at|around|close to|by|@)\s+|\s(?:in|on)\s+/i
const ADDRESS = /(?<![\p{L}\d-])\d+\s+\p{L}[\p{L}\d.'’ ]*$/u
const HIGHWAY = /(?:^|\s)((?:(?:i|us|sr|fm|ca|tx|az|nm)-|(?:interstate|highway|hwy|route|rte) )\d{1,4}\b.*)$/i
const NUMBER = '[-+]?\\d{1,3}(?:\\.\\d+)?'
const PAIR = `${NUMBER}\\s*,\\s*${NUMBER}`
const CORNERS = new RegExp(`(?:\\b(?:inside|within|in)\\s+)?(${PAIR}(?:\\s*;\\s*${PAIR})*\\s*;?)\\s*$`, 'i')
/** Degrees, optionally with minutes and seconds, and a compass letter before or after them. */
const ANGLE = `(\\d{1,3}(?:\\.\\d+)?)\\s*°?\\s*(?:(\\d{1,2}(?:\\.\\d+)?)\\s*['’′]\\s*)?(?:(\\d{1,2}(?:\\.\\d+)?)\\s*["”″]\\s*)?`
const SIDES_BEHIND = new RegExp(`${ANGLE}([NS])[\\s,]+${ANGLE}([EW])\\b`, 'i')
const SIDES_BEFORE = new RegExp(`\\b([NS])\\s*${ANGLE}[\\s,]+([EW])\\s*${ANGLE}`, 'i')

export interface Divided {
  /** The words about a plate or a vehicle. */
  subject: string
  place: string
  radiusM: number | null
}

/** Meters of a unit. */
function metersIn(unit: string): number {
  const name = unit.toLowerCase()
  if (name.startsWith('k')) return 1000
  if (name.startsWith('mi')) return 1609.344
  if (name.startsWith('f')) return 0.3048
  if (name.startsWith('b')) return 100
  return name.startsWith('y') ? 0.9144 : 1
}

const meters = ([, count = '0', unit = 'm']: RegExpExecArray): number =>
  Math.round(Math.min(50_000, Number(count.replace(',', '.')) * metersIn(unit)))

/** The words about a plate or vehicle, and those about a place, with how far around it. */
export function divideText(text: string): Divided {
  const plain = inDegrees(text)
  const within = WITHIN.exec(plain)
  if (within) {
    // The distance is measured from the place.
    const from = plain
      .slice(within.index + within[0].length)
      .replace(NEAR, ' ')
      .trim()
    const before = plain.slice(0, within.index).trim()
    return withRadius(withoutRadius(from ? `${before} near ${from}` : before), meters(within))
  }
  const trailing = TRAILING.exec(plain)
  if (!trailing) return withoutRadius(plain)
  const found = withoutRadius(plain.slice(0, trailing.index))
  return found.place ? withRadius(found, meters(trailing)) : withoutRadius(plain)
}

/** An area of corners takes no distance. */
const withRadius = (found: Divided, radiusM: number): Divided => ({
  ...found,
  radiusM: found.place && !found.place.includes(';') ? radiusM : null,
})

function withoutRadius(text: string): Divided {
  const none = { radiusM: null }
  if (positionOf(text)) return { ...none, subject: '', place: text }
  const corners = CORNERS.exec(text)
  if (corners) {
    const subject = text.slice(0, corners.index).replace(/(?:^|\s)(?:near|at|around)\s*$/i, '')
    return { ...none, subject: subject.trim(), place: corners[1]!.trim() }
  }
  const near = NEAR.exec(text)
  const highway = HIGHWAY.exec(text)
  // `I-5 at Palm Avenue` is one place.
  if (highway && !(near && near.index < highway.index)) {
    return { ...none, subject: text.slice(0, highway.index), place: highway[1]! }
  }
  if (near) {
    const place = text.slice(near.index + near[0].length).trim()
    return { ...none, subject: text.slice(0, near.index), place }
  }
  if (isStreet(text)) return { ...none, subject: '', place: text }
  return { ...none, ...withAddress(text) }
}

/** A street without a house number, or an intersection: only words, and no color or make at their beginning. */
function isStreet(text: string): boolean {
  const [first = '', ...others] = text.replace(/^(?:the )?corner of /i, '').split(/[\s,]+/)
  const isWord = (word: string) => !/\d/.test(word) || /^\d+(?:st|nd|rd|th)$/i.test(word)
  const isSubject = COLORS.has(first.toLowerCase()) || makeAt([first, ...others]) !== undefined
  return !isSubject && [first, ...others].every(isWord) && others.some((word) => STREET.test(word))
}

/** Without a preposition: an address has a house number and a kind of street. */
function withAddress(text: string): Pick<Divided, 'subject' | 'place'> {
  const [first = '', ...others] = text.split(',')
  const street = ADDRESS.exec(first)
  if (street && STREET.test(street[0])) {
    const place = [street[0], ...others].join(',').trim()
    return { subject: first.slice(0, street.index), place }
  }
  const later = others.findIndex((part) => STREET.test(ADDRESS.exec(part)?.[0] ?? ''))
  if (later < 0) return { subject: text, place: '' }
  return {
    subject: [first, ...others.slice(0, later)].join(' '),
    place: others.slice(later).join(',').trim(),
  }
}

/** Positions in other notations, `32°32'35"N 117°01'45"W`, as decimal degrees. */
function inDegrees(text: string): string {
  const degrees = (whole: string, minutes = '0', seconds = '0', side = 'N') => {
    const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600
    return (/[SW]/i.test(side) ? -value : value).toFixed(5)
  }
  return text
    .replace(
      SIDES_BEHIND,
      (_, a, b, c, lat, d, e, f, lon) => `${degrees(a, b, c, lat)}, ${degrees(d, e, f, lon)}`,
    )
    .replace(
      SIDES_BEFORE,
      (_, lat, a, b, c, lon, d, e, f) => `${degrees(a, b, c, lat)}, ${degrees(d, e, f, lon)}`,
    )
}
