import { MAX_PLATE_LENGTH } from '../../schemas/plate.ts'
import type { Read, ReadCharacter } from '../../schemas/read.ts'
import type { Confusion } from './confusion.ts'
import { CLASS_CODES, CLASS_OF } from './look-alikes.ts'
import { CODES, codeOf, packHigh, packLow, unpack } from './plate-key.ts'
import type { SerialTest } from './serials.ts'

/**
 * Prior: the plate displayed is on a vehicle for certain; any other text is with this probability, for issuers have given
 * out about one in four of the texts that their serials allow; every vehicle passes equally often.
 */
const ISSUED = 0.25
/** The same for the text read where it follows no issuer's serial: it is more likely to be misread. */
const UNUSUAL = 0.03

/** The probability that the vehicle carries the plate read, `confidence` being the share of that text. */
export const exactProbability = (confidence: number): number =>
  confidence / (confidence + ISSUED * (1 - confidence))

/** Most keys that `neighbours` can write: each place replaced or left out, each class at each gap. */
export const MAX_NEIGHBOURS = MAX_PLATE_LENGTH * CODES + MAX_PLATE_LENGTH + (MAX_PLATE_LENGTH + 1) * CODES

/**
 * What one read says about plates that differ from its text. One such object serves all reads, one after
 * another: nothing is allocated.
 *
 * The text itself has the read's own confidence as its share. What is left is shared by the other texts in proportion
 * to the product of their characters' probabilities: those that the read names, and for those that it does not
 * name the rest, spread as the confusion table says. A missing or extra character has the table's rate. Shares are
 * likelihoods; Bayes makes probabilities of them with the prior above.
 */
export interface Evidence {
  /**
   * Takes up a read.
   * @param least a probability below which nothing is of interest
   * @returns false when no text but the read's can reach it
   */
  take(read: Read, least: number): boolean
  /**
   * The probability that the vehicle carries this plate (packed), which is not the read's text: 0 when more than
   * one character besides look-alikes differs, is missing or too many.
   */
  probability(low: number, high: number): number
  /** Writes the folded keys, low and high alternating, of plates that may reach `least`. @returns number of keys */
  neighbours(keys: Int32Array): number
}

export function createEvidence(
  { truth, deleted, inserted, indel, doubt }: Confusion,
  isSerial: SerialTest,
): Evidence {
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  const other = new Uint8Array(MAX_PLATE_LENGTH)
  const folded = new Uint8Array(MAX_PLATE_LENGTH + 1)
  /**
   * How much likelier than the character read, itself 1, others are at each place: those that the read names, NAMED to
   * a place, and as a factor to the table's share those that it does not.
   */
  const namedCode = new Uint8Array(MAX_PLATE_LENGTH * NAMED)
  const namedRatio = new Float64Array(MAX_PLATE_LENGTH * NAMED)
  const named = new Uint8Array(MAX_PLATE_LENGTH)
  const unnamed = new Float64Array(MAX_PLATE_LENGTH)
  /** The largest ratio within the class of the character read, at least 1; and outside of it. */
  const within = new Float64Array(MAX_PLATE_LENGTH)
  const outside = new Float64Array(MAX_PLATE_LENGTH)
  const extra = new Float64Array(MAX_PLATE_LENGTH)
  /** By length: that the engine's probabilities mislead nowhere. */
  const honest = Float64Array.from({ length: MAX_PLATE_LENGTH + 1 }, (_, n) => (1 - doubt) ** n)
  const best = bestShares(truth)
  const deletedOfClass = largestOfClass(deleted, 0)
  const mostDeleted = Math.max(...deletedOfClass)
  let length = 0
  /** Share of a text for which the product of ratios is 1. */
  let unit = 0
  /** Share of all texts but the read's. */
  let left = 0
  /** Prior times share of the read's text. */
  let own = 0
  let leastShare = 0
  let withinAll = 1

  function take(read: Read, least: number): boolean {
    length = read.plate.length
    const sure = read.confidence * honest[length]!
    left = 1 - sure
    // The fewest others that there may be: nearly all reads are too sure, and are done with here.
    if (least * UNUSUAL * sure > left * (1 - least)) return false
    own = sure * (isSerial(read.plate) ? ISSUED : UNUSUAL)
    leastShare = (least * (own + ISSUED * left)) / (1 - least + least * ISSUED)
    if (left < leastShare) return false
    const chars = read.chars.length === length ? read.chars : null
    const evenly = chars ? 0 : read.confidence ** (1 / length)
    let product = 1
    withinAll = 1
    for (let i = 0; i < length; i++) {
      const code = codeOf(read.plate[i]!)
      codes[i] = code
      const probability = ratios(i, code, evenly, chars?.[i])
      product *= probability
      extra[i] = inserted[code]! / probability
      withinAll *= within[i]!
    }
    unit = (left * product) / (1 - product + length * indel)
    return true
  }

  /** @returns the probability of the character read */
  function ratios(place: number, code: number, evenly: number, char: ReadCharacter | undefined): number {
    const stated = char ? char.confidence : evenly
    const probability = Math.min(Math.max(stated, SMALLEST), 1 - doubt)
    let rest = 1 - probability
    let count = 0
    let inside = 1
    let out = 0
    if (char) {
      for (const { char: alternative, confidence } of char.alternatives) {
        rest -= confidence
        const theirs = codeOf(alternative)
        if (theirs === code) continue
        const ratio = confidence / probability
        namedCode[place * NAMED + count] = theirs
        namedRatio[place * NAMED + count++] = ratio
        if (CLASS_OF[theirs] === CLASS_OF[code]) inside = Math.max(inside, ratio)
        else out = Math.max(out, ratio)
      }
    }
    const factor = Math.max(rest, doubt) / probability
    named[place] = count
    unnamed[place] = factor
    within[place] = Math.max(inside, factor * best.within[code]!)
    outside[place] = Math.max(out, factor * best.outside[code]!)
    return probability
  }

  function ratio(place: number, code: number): number {
    if (code === codes[place]) return 1
    let value = unnamed[place]! * truth[codes[place]! * CODES + code]!
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (namedCode[i] === code) value = Math.max(value, namedRatio[i]!)
    }
    return value
  }

  /** The largest ratio among the characters of a class that is not that of the one read. */
  function ratioOfClass(place: number, ofClass: number): number {
    let value = unnamed[place]! * best.ofClass[codes[place]! * CODES + ofClass]!
    for (let i = place * NAMED, end = i + named[place]!; i < end; i++) {
      if (CLASS_OF[namedCode[i]!] === ofClass) value = Math.max(value, namedRatio[i]!)
    }
    return value
  }

  /** The product of ratios where `other` from `theirs` on stands against the read from `ours` on; 0 when a class differs. */
  function along(ours: number, theirs: number, count: number): number {
    let product = 1
    for (let i = 0; i < count; i++) {
      const code = other[theirs + i]!
      if (CLASS_OF[code] !== CLASS_OF[codes[ours + i]!]) return 0
      product *= ratio(ours + i, code)
    }
    return product
  }

  function substituted(): number {
    let product = 1
    let edits = 0
    for (let i = 0; i < length; i++) {
      if (CLASS_OF[other[i]!] !== CLASS_OF[codes[i]!] && ++edits > 1) return 0
      product *= ratio(i, other[i]!)
    }
    return product
  }

  function probability(low: number, high: number): number {
    const theirs = unpack(low, high, other)
    let weight = 0
    if (theirs === length) weight = substituted()
    else if (theirs === length - 1) {
      for (let i = 0; i < length; i++) {
        weight = Math.max(weight, extra[i]! * along(0, 0, i) * along(i + 1, i, theirs - i))
      }
    } else if (theirs === length + 1) {
      for (let i = 0; i < theirs; i++) {
        weight = Math.max(weight, deleted[other[i]!]! * along(0, 0, i) * along(i, i + 1, length - i))
      }
    }
    const share = Math.min(unit * weight, left)
    return share === 0 ? 0 : share / (share + own + ISSUED * (left - share))
  }

  function neighbours(keys: Int32Array): number {
    let count = 0
    const put = (size: number) => {
      keys[2 * count] = packLow(folded, size)
      keys[2 * count++ + 1] = packHigh(folded, size)
    }
    // A little less, so that rounding never loses a plate that lies on the threshold.
    const needed = leastShare * (1 - 1e-9)
    const all = unit * withinAll
    for (let i = 0; i < length; i++) folded[i] = CLASS_OF[codes[i]!]!
    for (let i = 0; i < length; i++) {
      const others = all / within[i]!
      if (others * outside[i]! < needed) continue
      const own = folded[i]!
      for (const code of CLASS_CODES) {
        if (code === own || others * ratioOfClass(i, code) < needed) continue
        folded[i] = code
        put(length)
      }
      folded[i] = own
    }
    if (length > 1) {
      for (let i = 0; i < length; i++) {
        if ((all / within[i]!) * extra[i]! < needed) continue
        for (let j = i; j < length - 1; j++) folded[j] = CLASS_OF[codes[j + 1]!]!
        put(length - 1)
        for (let j = i; j < length; j++) folded[j] = CLASS_OF[codes[j]!]!
      }
    }
    if (length < MAX_PLATE_LENGTH && all * mostDeleted >= needed) {
      for (const code of CLASS_CODES) {
        if (all * deletedOfClass[code]! < needed) continue
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

/** No probability is smaller: an engine that says 0 of its own text is mistaken. */
const SMALLEST = 1e-3

/** Characters that a read can name at a place besides its own. */
const NAMED = CODES

/** For each character read the largest shares of the table among others of its class, outside of it, and of each class. */
function bestShares(truth: Float64Array) {
  const [within, outside] = [new Float64Array(CODES), new Float64Array(CODES)]
  const ofClass = new Float64Array(CODES * CODES)
  for (let read = 1; read < CODES; read++) {
    const row = largestOfClass(truth, read * CODES)
    ofClass.set(row, read * CODES)
    within[read] = row[CLASS_OF[read]!]!
    outside[read] = Math.max(...CLASS_CODES.map((code) => (code === CLASS_OF[read] ? 0 : row[code]!)))
  }
  return { within, outside, ofClass }
}

/** The largest value of each class, of CODES values from `from` on. */
function largestOfClass(values: Float64Array, from: number): Float64Array {
  const best = new Float64Array(CODES)
  for (let code = 1; code < CODES; code++) {
    const own = CLASS_OF[code]!
    best[own] = Math.max(best[own]!, values[from + code]!)
  }
  return best
}
