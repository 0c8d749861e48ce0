import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { CODES, charOf } from './plate-key.ts'

/** Formats of plates: `@` a letter, `#` a digit, others themselves. */
export interface Serials {
  /** Of issuers at home. */
  readonly home: readonly string[]
  /** Of issuers whose vehicles are rare here. */
  readonly visiting: readonly string[]
}

/**
 * Prior: the watched plate certainly exists; any other text exists with this probability, because issuers have issued
 * about one in four of the texts that their serials allow. Every vehicle passes equally often.
 */
export const ISSUED = 0.25
/** The same for the serials of visitors. */
export const VISITING = 0.06
/** The same for a text without a serial's form: its owner's choice, or misread. */
export const UNUSUAL = 0.03

/**
 * What is known about texts before any is read. It depends on the form, because nobody here knows which ones were
 * issued.
 */
export interface Issues {
  /** The prior of a text. */
  prior(codes: Uint8Array, length: number): number
  /**
   * The sum, over all texts of a length, of prior times the product of their characters' weights. Weights are given as
   * sums at each place: of letters of serials, of digits, of all characters.
   */
  total(letters: Float64Array, digits: Float64Array, all: Float64Array, length: number): number
}

/**
 * Kinds of characters, by code. Issuers leave out the letters that look like digits: a text with one does not follow a
 * serial.
 */
export const [LETTER, DIGIT] = [1, 2] as const
export const KIND = Uint8Array.from({ length: CODES }, (_, code) => {
  if (code === 0 || 'IOQ'.includes(charOf(code))) return 0
  return code > 10 ? LETTER : DIGIT
})

/** @param serials without any, every text counts as one */
export function issuesOf(serials?: Serials): Issues {
  if (!serials) {
    return { prior: () => ISSUED, total: (_l, _d, all, length) => ISSUED * product(all, length) }
  }
  const priors = new Map(serials.visiting.map((serial) => [shapeOf(serial), VISITING]))
  for (const serial of serials.home) priors.set(shapeOf(serial), ISSUED)
  /** By length and shape. */
  const known = new Float64Array((MAX_PLATE_LENGTH + 1) << MAX_PLATE_LENGTH).fill(UNUSUAL)
  const byLength = Array.from({ length: MAX_PLATE_LENGTH + 1 }, (): number[] => [])
  for (const [shape, prior] of priors) {
    known[shape] = prior
    byLength[shape >>> MAX_PLATE_LENGTH]!.push(shape)
  }
  return {
    prior(codes, length) {
      let shape = length << MAX_PLATE_LENGTH
      for (let i = 0; i < length; i++) {
        const kind = KIND[codes[i]!]!
        if (kind === 0) return UNUSUAL
        shape |= (kind & LETTER) << i
      }
      return known[shape]!
    },
    total(letters, digits, all, length) {
      let sum = UNUSUAL * product(all, length)
      for (const shape of byLength[length]!) {
        let weight = known[shape]! - UNUSUAL
        for (let i = 0; i < length; i++) weight *= (shape >>> i) & 1 ? letters[i]! : digits[i]!
        sum += weight
      }
      return sum
    },
  }
}

/** One bit per character, set for a letter, with the length above them. */
function shapeOf(serial: string): number {
  let shape = serial.length << MAX_PLATE_LENGTH
  for (let i = 0; i < serial.length; i++) if (/[@A-Z]/.test(serial[i]!)) shape |= 1 << i
  return shape
}

function product(values: Float64Array, length: number): number {
  let all = 1
  for (let i = 0; i < length; i++) all *= values[i]!
  return all
}
