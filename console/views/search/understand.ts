import { COLOURS, MAKE_NAMES, MAKES, STREET } from './vocabulary.ts'
import { NOTHING, positionOf, type Wanted } from './wanted.ts'

const UNIT = '(km|kilometres?|kilometers?|mi|miles?|m|metres?|meters?|ft|feet|yd|yards?)'
const WITHIN = new RegExp(
  `\\b(?:within|radius(?: of)?)\\s+([\\d.,]+)\\s*${UNIT}\\b(?:\\s+(?:of|around|from))?`,
  'i',
)
const TRAILING = new RegExp(`[,;]?\\s+([\\d.]+)\\s*${UNIT}$`, 'i')
const NEAR = /(?:^|\s)(?:near|at|around|close to|@)\s+/i
const MARK = /^(?:plate|tag|licen[cs]e(?: plate)?|lp)\b:?\s*/i
const ADDRESS = /\d+\s+\p{L}[\p{L}\d.'’ ]*$/u

/** Metres of a unit. */
function metresIn(unit: string): number {
  const name = unit.toLowerCase()
  if (name.startsWith('k')) return 1000
  if (name.startsWith('mi')) return 1609.344
  if (name.startsWith('f')) return 0.3048
  return name.startsWith('y') ? 0.9144 : 1
}

/**
 * Understands what somebody typed: a plate (`7ABC 123`, `7AB*`), a place (`1 Harbor Drive, San Diego`, `32.54, -117.03`),
 * a vehicle (`white Toyota Camry`), or several of them (`white Camry within 500 m of 1 Harbor Drive`). What is left over
 * is said, not guessed at.
 */
export function understand(text: string): Wanted {
  const { rest, radiusM } = withoutRadius(text.trim().replace(/\s+/g, ' '))
  const { subject, place } = divided(rest)
  return { ...subjectOf(subject), place, radiusM: place ? radiusM : null }
}

function withoutRadius(text: string): { rest: string; radiusM: number | null } {
  const within = WITHIN.exec(text)
  if (within) {
    // What the distance is measured from is the place.
    const from = text
      .slice(within.index + within[0].length)
      .replace(NEAR, ' ')
      .trim()
    const before = text.slice(0, within.index).trim()
    return { rest: from ? `${before} near ${from}` : before, radiusM: metres(within) }
  }
  const trailing = TRAILING.exec(text)
  const rest = trailing ? text.slice(0, trailing.index) : text
  return trailing && divided(rest).place ? { rest, radiusM: metres(trailing) } : { rest: text, radiusM: null }
}

const metres = ([, count = '0', unit = 'm']: RegExpExecArray): number =>
  Math.round(Math.min(50_000, Number(count.replace(',', '.')) * metresIn(unit)))

/** The words about a plate or vehicle, and those about a place. */
function divided(text: string): { subject: string; place: string } {
  if (positionOf(text)) return { subject: '', place: text }
  const near = NEAR.exec(text)
  if (near) {
    return { subject: text.slice(0, near.index), place: text.slice(near.index + near[0].length).trim() }
  }
  // Without a word between them: an address has a house number and a kind of street.
  const [first = '', ...others] = text.split(',')
  const street = STREET.test(first) ? ADDRESS.exec(first) : null
  if (!street) {
    const later = others.findIndex((part) => STREET.test(part) && ADDRESS.test(part))
    if (later < 0) return { subject: text, place: '' }
    return {
      subject: [first, ...others.slice(0, later)].join(' '),
      place: others.slice(later).join(',').trim(),
    }
  }
  const place = [street[0], ...others].join(',').trim()
  return { subject: first.slice(0, street.index), place }
}

function subjectOf(text: string): Wanted {
  const found = { ...NOTHING }
  const words = text
    .replace(MARK, '')
    .split(/[\s,;]+/)
    .filter(Boolean)
  const left: string[] = []
  while (words.length > 0) {
    const word = words[0]!
    const colour = COLOURS[word.toLowerCase()]
    const make = makeNamed(word)
    const model = modelAt(words, found.make)
    if (colour && !found.colour) {
      found.colour = colour
      words.shift()
    } else if (make && !found.make) {
      found.make = make
      words.shift()
      if (/^benz$/i.test(words[0] ?? '')) words.shift()
    } else if (model && !found.model) {
      found.model = model.name
      words.splice(0, model.words)
    } else left.push(words.shift()!)
  }
  const plate = plateIn(left.join(''))
  // A make that is known and a word that no plate is: a model that is not known here.
  if (left.length > 0 && found.make && !found.model && !(plate && /\d|[?*]/.test(plate))) {
    return { ...found, model: left.join(' ') }
  }
  if (plate) return { ...found, plate }
  return { ...found, unknown: left.join(' ') }
}

function makeNamed(word: string): string | undefined {
  const lower = word.toLowerCase()
  return MAKE_NAMES[lower] ?? Object.keys(MAKES).find((make) => make.toLowerCase() === lower)
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** A model at the beginning of the words: of the make, or of any where none is said. */
function modelAt(words: readonly string[], make: string): { name: string; words: number } | undefined {
  const models = make ? (MAKES[make] ?? []) : Object.values(MAKES).flat()
  for (const count of [3, 2, 1]) {
    const spoken = plain(words.slice(0, count).join(''))
    const name = models.find((model) => plain(model) === spoken)
    // `300` and `RX` say nothing without their make.
    const isPlain = make || /^\p{L}{4,}$|^[a-z]+\d$|-/iu.test(name ?? '')
    if (name && count <= words.length && isPlain) return { name, words: count }
  }
  return undefined
}

/** A plate as the api writes it; undefined for what is none. */
export function plateIn(text: string): string | undefined {
  const plate = text.toUpperCase().replace(/[\s\-–—.·•_/]/g, '')
  return /^[A-Z0-9?*]{2,}$/.test(plate) && plate.length <= 10 ? plate : undefined
}

/** Words that `understand` understands the same way: what the box shows after a part of it was changed. */
export function spelled({ plate, colour, make, model, place, radiusM, unknown }: Wanted): string {
  const vehicle = [colour, make, model].filter(Boolean).join(' ')
  const around = place && (radiusM === null ? `near ${place}` : `within ${radiusM} m of ${place}`)
  const subject = [plate, vehicle, unknown].filter(Boolean).join(' ')
  return [subject, around].filter(Boolean).join(' ')
}
