import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { type Confusion, largestOfClass } from './confusion.ts'
import { CLASS_CODES, CLASS_OF, CODES, packHigh, packLow, unpack } from './plate-key.ts'
import { ISSUED, type Issues, UNUSUAL } from './serials.ts'
import { type CharacterWeights, createCharacterWeights } from './weights.ts'

/** The probability that the vehicle has the plate read; `confidence` is the share of that text. */
export const exactProbability = (confidence: number): number =>
  confidence / (confidence + ISSUED * (1 - confidence))

/** Maximum number of keys: each place replaced or left out, each class at each gap. */
export const MAX_NEIGHBORS = MAX_PLATE_LENGTH * CODES + MAX_PLATE_LENGTH + (MAX_PLATE_LENGTH + 1) * CODES

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
  neighbors(keys: Int32Array): number
}

export function createEvidence(confusion: Confusion, { prior, total }: Issues): Evidence {
  const { deleted, doubt } = confusion
  const weights = createCharacterWeights(confusion)
  const { codes, extra, letters, digits, all, of } = weights
  const neighbors = createNeighbors(weights, confusion)
  const other = new Uint8Array(MAX_PLATE_LENGTH)
  /** By length: probability that the engine's probabilities mislead nowhere. */
  const honest = Float64Array.from({ length: MAX_PLATE_LENGTH + 1 }, (_, n) => (1 - doubt) ** n)
  let length = 0
  /** Upper bound of all probabilities. */
  let most = 0
  /** Sum over all texts of the read's length of prior times weight. */
  let against = 0
  let leastWeight = 0

  function take(read: Read, least: number): boolean {
    length = read.plate.length
    const sure = read.confidence * honest[length]!
    most = (1 - sure) / (1 - sure + UNUSUAL * sure)
    if (most < least) return false
    const heaviest = Math.max(neighbors.mostDeleted, weights.load(read))
    // The text itself is among its competitors. Slightly less, so that rounding never loses a plate at the threshold.
    const needed = (least * (1 - 1e-9)) / (1 - least + least * ISSUED)
    if (weights.withinAll * heaviest < needed * prior(codes, length)) return false
    against = total(letters, digits, all, length)
    leastWeight = needed * against
    return true
  }

  /**
   * The product of weights when `other` from `theirs` is compared with the read from `ours`; 0 when a class differs.
   */
  function along(ours: number, theirs: number, count: number): number {
    let product = 1
    for (let i = 0; i < count; i++) {
      const code = other[theirs + i]!
      if (CLASS_OF[code] !== CLASS_OF[codes[ours + i]!]) return 0
      product *= of(ours + i, code)
    }
    return product
  }

  function substituted(): number {
    let product = 1
    let edits = 0
    for (let i = 0; i < length; i++) {
      if (CLASS_OF[other[i]!] !== CLASS_OF[codes[i]!] && ++edits > 1) return 0
      product *= of(i, other[i]!)
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

  return { take, probability, neighbors: (keys) => neighbors.write(keys, leastWeight) }
}

/**
 * Finds the plates that a read may be a misread of: those that differ from it by one class of look-alikes, replaced,
 * missing or extra. Works on folded keys (plate-key.ts), without allocating memory.
 */
interface Neighbors {
  /** Upper bound of the weight of a character that the read lacks. */
  readonly mostDeleted: number
  /**
   * Writes the folded keys, low and high alternating, of plates whose weight may reach `leastWeight`.
   * @returns number of keys
   */
  write(keys: Int32Array, leastWeight: number): number
}

function createNeighbors(weights: CharacterWeights, { deleted }: Confusion): Neighbors {
  const { codes, within, outside, extra } = weights
  const folded = new Uint8Array(MAX_PLATE_LENGTH + 1)
  const deletedOfClass = largestOfClass(deleted, 0)
  const mostDeleted = Math.max(...deletedOfClass)
  let keys: Int32Array
  let count = 0

  function put(size: number): void {
    keys[2 * count] = packLow(folded, size)
    keys[2 * count++ + 1] = packHigh(folded, size)
  }

  function replaced(leastWeight: number): void {
    const { length, withinAll } = weights
    for (let i = 0; i < length; i++) folded[i] = CLASS_OF[codes[i]!]!
    for (let i = 0; i < length; i++) {
      const others = withinAll / within[i]!
      if (others * outside[i]! < leastWeight) continue
      const own = folded[i]!
      for (const code of CLASS_CODES) {
        if (code === own || others * weights.mostOfClass(i, code) < leastWeight) continue
        folded[i] = code
        put(length)
      }
      folded[i] = own
    }
  }

  /** Plates without one of the read's characters. */
  function shortened(leastWeight: number): void {
    const { length, withinAll } = weights
    for (let i = 0; i < length; i++) {
      if ((withinAll / within[i]!) * extra[i]! < leastWeight) continue
      for (let j = 0; j < i; j++) folded[j] = CLASS_OF[codes[j]!]!
      for (let j = i; j < length - 1; j++) folded[j] = CLASS_OF[codes[j + 1]!]!
      put(length - 1)
    }
  }

  /** Plates with one character that the read lacks. */
  function lengthened(leastWeight: number): void {
    const { length, withinAll } = weights
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

  return {
    mostDeleted,
    write(into, leastWeight) {
      keys = into
      count = 0
      const { length, withinAll } = weights
      replaced(leastWeight)
      if (length > 1) shortened(leastWeight)
      if (length < MAX_PLATE_LENGTH && withinAll * mostDeleted >= leastWeight) lengthened(leastWeight)
      return count
    },
  }
}
