import { kindsMeant } from '@sightline/schemas/vehicle-words'
import { REGIONS } from '../../ui/regions.ts'
import { BODIES, COLORS, FILLERS, KINDS, MAKE_NAMES, MAKES, SERIES, SHADES } from './vocabulary.ts'
import { NOTHING, type Wanted } from './wanted.ts'

/** Words before a plate that mark it as one. */
const MARK = /^(?:(?:plate|tag|licen[cs]e(?: plate| tag)?|lic|lp)\b\.?\s*(?:no\b\.?|number\b|#)?|#)\s*:?\s*/i
const YEAR = /^(?:19[6-9]\d|20[0-3]\d)$/
/** Two words like this are two plates, not one in two parts. */
const LONG_PLATE = /^(?=.*\d)[A-Z0-9?*]{5,}$/

const ISSUERS = REGIONS.flatMap(({ regions }) => regions)
/** Codes of states that are also English words: they count only in capitals. */
const WORDS = new Set('in or me hi ok de la oh pa ma al id mo co'.split(' '))

/** Understands the words about a plate or vehicle. @param hasPlace whether the text also names a place */
export function subjectOf(text: string, hasPlace: boolean): Wanted {
  const found = { ...NOTHING }
  const words = text
    .replace(MARK, '')
    .split(/[\s,;:()"]+|\bw\/\s*/i)
    .filter(Boolean)
  const count = words.length
  let isMarked = MARK.test(text)
  const left: string[] = []
  const fillers: string[] = []
  const strange: string[] = []
  while (words.length > 0) {
    const word = words[0]!
    const lower = word.toLowerCase()
    const color = COLORS.get(lower)
    const kind = KINDS.get(lower)
    const make = makeAt(words)
    const model = modelAt(words, found.make)
    if (SHADES.has(lower) && COLORS.has(words[1]?.toLowerCase() ?? '')) words.shift()
    else if (color && !found.color) {
      found.color = color
      words.shift()
    } else if (make && !found.make) {
      found.make = make.name
      words.splice(0, make.words)
    } else if (model && !found.model) {
      found.model = model.name
      words.splice(0, model.words)
      while (SERIES.test(words[0] ?? '')) words.shift()
    } else if (/^[24]$/.test(word) && /^doors?$/i.test(words[1] ?? '')) strange.push(...words.splice(0, 2))
    else if (lower === 'passenger' && /^cars?$/i.test(words[1] ?? '') && !found.kind) {
      found.kind = 'car'
      words.splice(0, 2)
    } else if (kind && (count > 1 || hasPlace)) {
      // A pickup truck is a pickup.
      if (!found.kind) found.kind = kind
      else if (!kindsMeant(kind).includes(found.kind)) strange.push(word)
      words.shift()
    } else if (BODIES.has(lower) && (count > 1 || hasPlace)) strange.push(words.shift()!)
    else if (FILLERS.has(lower) && count > 1) {
      if (/^(?:plate|tag|lp|licen[cs]e)$/.test(lower)) isMarked = true
      fillers.push(words.shift()!)
    } else left.push(words.shift()!)
  }
  const isVehicle = Boolean(found.color || found.make || found.model || found.kind)
  if (isVehicle) strange.push(...left.filter(isYear))
  const issuer = issuerIn(isVehicle ? left.filter((word) => !isYear(word)) : left, isVehicle || hasPlace)
  const parts = issuer.rest
  const more = { ...found, region: issuer.region }
  if (parts.length === 0) {
    const isSomething = isVehicle || issuer.region !== '' || strange.length > 0
    return { ...more, unknown: (isSomething ? strange : fillers).join(' ') }
  }
  const [one = '', ...others] = parts.map((part) => plateIn(part) ?? '')
  if (others.length > 0 && [one, ...others].every((part) => LONG_PLATE.test(part))) {
    return { ...more, plate: one, unknown: [...parts.slice(1), ...strange].join(' ') }
  }
  const plate = plateIn(parts.join(''))
  const isSure = plate && (/[\d?*]/.test(plate) || isMarked || (!isVehicle && fillers.length === 0))
  if (isSure) return { ...more, plate, unknown: strange.join(' ') }
  // A known make and a word that cannot be a plate: an unknown model.
  if (found.make && !found.model) return { ...more, model: parts.join(' '), unknown: strange.join(' ') }
  if (!isVehicle && issuer.region === '') return { ...more, unknown: text.trim() }
  return { ...more, unknown: [...parts, ...strange].join(' ') }
}

const isYear = (word: string): boolean => YEAR.test(word)

/** Issuer of the plate, before or after it: a code of the api, a name, or a state's two letters. */
function issuerIn(words: readonly string[], isBeside: boolean): { region: string; rest: string[] } {
  const at = (start: number, count: number) => words.slice(start, start + count).join(' ')
  for (const count of [3, 2, 1]) {
    for (const start of new Set([0, words.length - count])) {
      if (start < 0 || count > words.length) continue
      const written = at(start, count)
      const rest = words.filter((_, n) => n < start || n >= start + count)
      const named = ISSUERS.find(([code, name]) => [code, name.toLowerCase()].includes(written.toLowerCase()))
      if (named && (rest.length > 0 || isBeside)) return { region: named[0], rest }
      const state = stateOf(written)
      if (state && (rest.length === 0 ? isBeside : isPlateBeside(rest.join(''))))
        return { region: state, rest }
    }
  }
  return { region: '', rest: [...words] }
}

/** `CA 1234` is a plate itself; `CA 7ABC123` is a plate from California. */
function isPlateBeside(text: string): boolean {
  const plate = plateIn(text) ?? ''
  return /[?*]/.test(plate) ? plate.length >= 3 : /\d/.test(plate) && plate.length >= 5
}

function stateOf(written: string): string | undefined {
  const code = written.toLowerCase()
  if (written !== written.toUpperCase() && WORDS.has(code)) return undefined
  return ISSUERS.find(([region]) => region === `us-${code}`)?.[0]
}

/** A make at the beginning of the words. */
export function makeAt(words: readonly string[]): { name: string; words: number } | undefined {
  for (const count of [2, 1]) {
    const spoken = words.slice(0, count).join(' ').toLowerCase()
    const name = MAKE_NAMES.get(spoken) ?? Object.keys(MAKES).find((make) => make.toLowerCase() === spoken)
    if (name && count <= words.length) return { name, words: count }
  }
  return undefined
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')

/** A model at the beginning of the words: of the given make, or of any make if none is given. */
function modelAt(words: readonly string[], make: string): { name: string; words: number } | undefined {
  const models = make ? (Object.hasOwn(MAKES, make) ? MAKES[make]! : []) : Object.values(MAKES).flat()
  for (const count of [3, 2, 1]) {
    const spoken = plain(words.slice(0, count).join(''))
    const name = models.find((model) => plain(model) === spoken)
    // `300` and `RX` mean nothing without their make.
    const isPlain = make || /^\p{L}{4,}$|^[a-z]+\d$|-/iu.test(name ?? '')
    if (name && count <= words.length && isPlain) return { name, words: count }
  }
  return undefined
}

/** A plate in the api's format; undefined if it is not one. Elsewhere, `%` and `_` are wildcards. */
export function plateIn(text: string): string | undefined {
  const plate = text
    .toUpperCase()
    .replaceAll('%', '*')
    .replace(/[\s\-–—.·•_/]/g, '')
  return /^[A-Z0-9?*]{2,}$/.test(plate) && plate.length <= 10 ? plate : undefined
}
