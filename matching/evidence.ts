import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read, ReadCharacter } from '@sightline/schemas/read'
import { bestShares, type Confusion, largestOfClass, sharesOfKind } from './confusion.ts'
import { CLASS_CODES, CLASS_OF, CODES, codeOf, packHigh, packLow, unpack } from './plate-key.ts'
import { DIGIT, ISSUED, type Issues, KIND, LETTER, UNUSUAL } from './serials.ts'

/** The probability that the vehicle has the plate read; `confidence` is the share of that text. */
export const exactProbability = (confidence: number): number =>
  confidence / (confidence + ISSUED * (1 - confidence))

/** Maximum number of keys from `neighbours`: each place replaced or left out, each class at each gap. */
export const MAX_NEIGHBOURS = MAX_PLATE_LENGTH * CODES + MAX_PLATE_LENGTH + (MAX_PLATE_LENGTH + 1) * CODES

/**
 * What one read says about plates that differ from its text. One object serves all reads, one after another, without
 * allocating memory.
 *
 * The weight of a text is the product of its characters' weights, 1 for the read's own. Otherwise the weight is what
 * the read itself gives to the character, tempered, plus a part of the remainder, distributed by the confusion table. A
 * missing or extra character has the table's rate. Bayes' rule turns the weight into a probability: the watched plate,
 * which exists, competes with all texts of the read's length, each with its prior (serials.ts). The read's confidence
 * in the whole text limits the result: nearly all reads are too certain for any other text, and are finished before
 * their characters are examined.
 */
export interface Evidence {
  /**
   * Loads a read.
   * @param least the lowest probability of interest
   * @returns false when no text except the read's can reach it
   */
  take(read: Read, least: number): boolean
  /**
   * The probability that the vehicle has this plate (packed), which is not the read's text: 0 when more than one
   * character besides look-alikes is different, missing or extra.
   */
  probability(low: number, high: number): number
  /** Writes the folded keys, low and high alternating, of plates that may reach `least`. @returns number of keys */
  neighbours(keys: Int32Array): number
}

export function createEvidence(
  { truth, deleted, inserted, doubt }: Confusion,
  { prior, total }: Issues,
): Evidence {
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  const other = new Uint8Array(MAX_PLATE_LENGTH)
  const folded = new Uint8Array(MAX_PLATE_LENGTH + 1)
  /**
   * Weights relative to the character read, at each place: of those that the read names, NAMED per place; and as a
   * factor for the table's share, of all.
   */
  const namedCode = new Uint8Array(MAX_PLATE_LENGTH * NAMED)
  const namedWeight = new Float64Array(MAX_PLATE_LENGTH * NAMED)
  const named = new Uint8Array(MAX_PLATE_LENGTH)
  const unnamed = new Float64Array(MAX_PLATE_LENGTH)
  /**
   * Upper bound of the weights at each place, within the class of the character read, where it is at least 1; and
   * outside of it.
   */
  const within = new Float64Array(MAX_PLATE_LENGTH)
  const outside = new Float64Array(MAX_PLATE_LENGTH)
  /** Sums of weights at each place (serials.ts). */
  const letters = new Float64Array(MAX_PLATE_LENGTH)
  const digits = new Float64Array(MAX_PLATE_LENGTH)
  const all = new Float64Array(MAX_PLATE_LENGTH)
  /** Weight of a text without this place. */
  const extra = new Float64Array(MAX_PLATE_LENGTH)
  /** By length: probability that the engine's probabilities mislead nowhere. */
  const honest = Float64Array.from({ length: MAX_PLATE_LENGTH + 1 }, (_, n) => (1 - doubt) ** n)
  const best = bestShares(truth)
  const ofLetters = sharesOfKind(truth, LETTER)
  const ofDigits = sharesOfKind(truth, DIGIT)
  const deletedOfClass = largestOfClass(deleted, 0)
  const mostDeleted = Math.max(...deletedOfClass)
  let length = 0
  /** Upper bound of all probabilities. */
  let most = 0
  /** Sum over all texts of the read's length of prior times weight. */
  let against = 0
  let leastWeight = 0
  let withinAll = 1

  function take(read: Read, least: number): boolean {
    length = read.plate.length
    const sure = read.confidence * honest[length]!
    most = (1 - sure) / (1 - sure + UNUSUAL * sure)
    if (most < least) return false
    const chars = read.chars.length === length ? read.chars : null
    const evenly = chars ? 0 : read.confidence ** (1 / length)
    withinAll = 1
    let heaviest = mostDeleted
    for (let i = 0; i < length; i++) {
      const code = codeOf(read.plate[i]!)
      codes[i] = code
      const beside = weigh(
        i,
        code,
        chars ? chars[i]!.confidence : evenly,
        chars ? chars[i]!.alternatives : NOTHING,
      )
      withinAll *= within[i]!
      heaviest = Math.max(heaviest, beside / within[i]!)
    }
    // The text itself is among its competitors. Slightly less, so that rounding never loses a plate at the threshold.
    const needed = (least * (1 - 1e-9)) / (1 - least + least * ISSUED)
    if (withinAll * heaviest < needed * prior(codes, length)) return false
    against = total(letters, digits, all, length)
    leastWeight = needed * against
    return true
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

  function weightOf(place: number, code: number): number {
    if (code === codes[place]) return 1
    let weight = unnamed[place]! * truth[codes[place]! * CODES + code]!
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (namedCode[i] === code) weight += namedWeight[i]!
    }
    return weight
  }

  /** Upper bound of the weights among the characters of a class other than that of the character read. */
  function mostOfClass(place: number, ofClass: number): number {
    let weight = 0
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (CLASS_OF[namedCode[i]!] === ofClass) weight = Math.max(weight, namedWeight[i]!)
    }
    return weight + unnamed[place]! * best.ofClass[codes[place]! * CODES + ofClass]!
  }

  /**
   * The product of weights when `other` from `theirs` is compared with the read from `ours`; 0 when a class differs.
   */
  function along(ours: number, theirs: number, count: number): number {
    let product = 1
    for (let i = 0; i < count; i++) {
      const code = other[theirs + i]!
      if (CLASS_OF[code] !== CLASS_OF[codes[ours + i]!]) return 0
      product *= weightOf(ours + i, code)
    }
    return product
  }

  function substituted(): number {
    let product = 1
    let edits = 0
    for (let i = 0; i < length; i++) {
      if (CLASS_OF[other[i]!] !== CLASS_OF[codes[i]!] && ++edits > 1) return 0
      product *= weightOf(i, other[i]!)
    }
    return product
  }

  /** The largest weight of `other`, of `theirs` characters, over all ways in which one is missing or extra. */
  function shifted(theirs: number): number {
    let weight = 0
    if (theirs === length - 1) {
      for (let i = 0; i < length; i++) {
        weight = Math.max(weight, extra[i]! * along(0, 0, i) * along(i + 1, i, theirs - i))
      }
    } else if (theirs === length + 1) {
      for (let i = 0; i < theirs; i++) {
        weight = Math.max(weight, deleted[other[i]!]! * along(0, 0, i) * along(i, i + 1, length - i))
      }
    }
    return weight
  }

  function probability(low: number, high: number): number {
    const theirs = unpack(low, high, other)
    const weight = theirs === length ? substituted() : shifted(theirs)
    if (weight === 0) return 0
    // It certainly exists, so it does not compete with itself.
    const others = theirs === length ? against - weight * prior(other, length) : against
    return Math.min(most, weight / (weight + others))
  }

  function neighbours(keys: Int32Array): number {
    let count = 0
    const put = (size: number) => {
      keys[2 * count] = packLow(folded, size)
      keys[2 * count++ + 1] = packHigh(folded, size)
    }
    for (let i = 0; i < length; i++) folded[i] = CLASS_OF[codes[i]!]!
    for (let i = 0; i < length; i++) {
      const others = withinAll / within[i]!
      if (others * outside[i]! < leastWeight) continue
      const own = folded[i]!
      for (const code of CLASS_CODES) {
        if (code === own || others * mostOfClass(i, code) < leastWeight) continue
        folded[i] = code
        put(length)
      }
      folded[i] = own
    }
    if (length > 1) {
      for (let i = 0; i < length; i++) {
        if ((withinAll / within[i]!) * extra[i]! < leastWeight) continue
        for (let j = i; j < length - 1; j++) folded[j] = CLASS_OF[codes[j + 1]!]!
        put(length - 1)
        for (let j = i; j < length; j++) folded[j] = CLASS_OF[codes[j]!]!
      }
    }
    if (length < MAX_PLATE_LENGTH && withinAll * mostDeleted >= leastWeight) {
      for (const code of CLASS_CODES) {
        if (withinAll * deletedOfClass[code]! < leastWeight) continue
        for (let i = 0; i <= length; i++) {
          for (let j = 0; j < i; j++) folded[j] = CLASS_OF[codes[j]!]!
          folded[i] = code
          for (let j = i; j < length; j++) folded[j + 1] = CLASS_OF[codes[j]!]!
          put(length + 1)
        }
      }
    }
    return count
  }

  return { take, probability, neighbours }
}

/** Lower bound of probabilities: an engine that gives its own text 0 is mistaken. */
const SMALLEST = 1e-3

/** Characters that a read can name at a place besides its own. */
const NAMED = CODES

const NOTHING: ReadCharacter['alternatives'] = []

/** Engines are overconfident about single characters: differences between probabilities count three quarters. */
const tempered = (probability: number): number => Math.sqrt(probability * Math.sqrt(probability))
