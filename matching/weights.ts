import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read, ReadCharacter } from '@sightline/schemas/read'
import { bestShares, type Confusion, groupsOfKind } from './confusion.ts'
import { CLASS_OF, CODES, codeOf } from './plate-key.ts'
import { DIGIT, KIND, LETTER } from './serials.ts'

/**
 * How well other characters fit at each place of one read: weights relative to the character read, which has 1. One object
 * serves all reads, one after another, without allocating memory. All arrays are indexed by place.
 */
export interface CharacterWeights {
  /** Of the read's text. */
  readonly length: number
  /** Codes of the characters read. */
  readonly codes: Uint8Array
  /** Upper bound of the weights within the class of the character read, at least 1. */
  readonly within: Float64Array
  /** Upper bound of the weights outside of that class. */
  readonly outside: Float64Array
  /** Weight of a text without this place. */
  readonly extra: Float64Array
  /** Product of `within` over all places. */
  readonly withinAll: number
  /** Sums of weights: of the letters, of the digits, of all characters (serials.ts). */
  readonly letters: Float64Array
  readonly digits: Float64Array
  readonly all: Float64Array
  /** Loads a read. @returns an upper bound of the weight of any one change, relative to `withinAll` */
  load(read: Read): number
  /** Weight of a character at a place. */
  of(place: number, code: number): number
  /** Upper bound of the weights among the characters of a class other than that of the character read. */
  mostOfClass(place: number, ofClass: number): number
}

/** Lower bound of probabilities: an engine that gives its own text 0 is mistaken. */
const SMALLEST = 1e-3

/** Characters that a read can name at a place besides its own. */
const NAMED = CODES

const NOTHING: ReadCharacter['alternatives'] = []

/** Engines are overconfident about single characters: differences between probabilities count three quarters. */
const tempered = (probability: number): number => Math.sqrt(probability * Math.sqrt(probability))

export function createCharacterWeights({ truth, inserted, doubt }: Confusion): CharacterWeights {
  /** Of the characters that the read names, NAMED per place; and as a factor for the table's share, of all others. */
  const namedCode = new Uint8Array(MAX_PLATE_LENGTH * NAMED)
  const namedWeight = new Float64Array(MAX_PLATE_LENGTH * NAMED)
  const named = new Uint8Array(MAX_PLATE_LENGTH)
  const unnamed = new Float64Array(MAX_PLATE_LENGTH)
  const best = bestShares(truth)
  const ofLetters = groupsOfKind(truth, LETTER)
  const ofDigits = groupsOfKind(truth, DIGIT)
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  const within = new Float64Array(MAX_PLATE_LENGTH)
  const outside = new Float64Array(MAX_PLATE_LENGTH)
  const extra = new Float64Array(MAX_PLATE_LENGTH)
  const letters = new Float64Array(MAX_PLATE_LENGTH)
  const digits = new Float64Array(MAX_PLATE_LENGTH)
  const all = new Float64Array(MAX_PLATE_LENGTH)
  const weights = {
    length: 0,
    withinAll: 1,
    codes,
    within,
    outside,
    extra,
    letters,
    digits,
    all,
    load,
    of,
    mostOfClass,
  }

  function load(read: Read): number {
    const { length } = read.plate
    let withinAll = 1
    const chars = read.chars.length === length ? read.chars : null
    const evenly = chars ? 0 : read.confidence ** (1 / length)
    let heaviest = 0
    for (let i = 0; i < length; i++) {
      const code = codeOf(read.plate[i]!)
      codes[i] = code
      const change = weigh(
        i,
        code,
        chars ? chars[i]!.confidence : evenly,
        chars ? chars[i]!.alternatives : NOTHING,
      )
      withinAll *= within[i]!
      heaviest = Math.max(heaviest, change / within[i]!)
    }
    weights.length = length
    weights.withinAll = withinAll
    return heaviest
  }

  /** @returns an upper bound of the weight of a change at this place */
  function weigh(
    place: number,
    code: number,
    stated: number,
    alternatives: ReadCharacter['alternatives'],
  ): number {
    const own = tempered(Math.max(stated, SMALLEST))
    const kind = KIND[code]!
    let [letter, digit, sum] = [kind === LETTER ? 1 : 0, kind === DIGIT ? 1 : 0, 1]
    let [inside, out] = [0, 0]
    let rest = 1 - stated
    let count = 0
    for (const { char, confidence } of alternatives) {
      rest -= confidence
      const theirs = codeOf(char)
      if (theirs === code) continue
      const weight = tempered(confidence) / own
      namedCode[place * NAMED + count] = theirs
      namedWeight[place * NAMED + count++] = weight
      sum += weight
      if (KIND[theirs] === LETTER) letter += weight
      else if (KIND[theirs] === DIGIT) digit += weight
      if (CLASS_OF[theirs] === CLASS_OF[code]) inside = Math.max(inside, weight)
      else out = Math.max(out, weight)
    }
    const factor = tempered(Math.max(rest, doubt)) / own
    named[place] = count
    unnamed[place] = factor
    inside += factor * best.within[code]!
    within[place] = Math.max(1, inside)
    outside[place] = out + factor * best.outside[code]!
    letters[place] = letter + factor * ofLetters[code]!
    digits[place] = digit + factor * ofDigits[code]!
    all[place] = sum + factor
    extra[place] = inserted[code]! * all[place]!
    return Math.max(inside, outside[place]!, extra[place]!)
  }

  function of(place: number, code: number): number {
    if (code === codes[place]) return 1
    let weight = unnamed[place]! * truth[codes[place]! * CODES + code]!
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (namedCode[i] === code) weight += namedWeight[i]!
    }
    return weight
  }

  function mostOfClass(place: number, ofClass: number): number {
    let weight = 0
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (CLASS_OF[namedCode[i]!] === ofClass) weight = Math.max(weight, namedWeight[i]!)
    }
    return weight + unnamed[place]! * best.ofClass[codes[place]! * CODES + ofClass]!
  }

  return weights
}
