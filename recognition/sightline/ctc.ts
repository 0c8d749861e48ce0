/**
 * From the recognizer's columns to texts (connectionist temporal classification): a text's probability is that of all
 * the ways to write it into the columns, with blanks between and characters repeated. Pure. It follows
 * training/recognizer/decode.py.
 */

/** Probabilities: `steps` columns × `alphabet.length` classes, of which class 0 is the blank. */
export interface Columns {
  readonly data: Float64Array
  readonly steps: number
  readonly alphabet: string
}

export interface WeightedText {
  readonly text: string
  /** Probability of the text, 0 to 1. */
  readonly probability: number
}

/** Softmax of each column of logits. */
export function columnsOf(logits: Float32Array, alphabet: string): Columns {
  const classes = alphabet.length
  const data = new Float64Array(logits.length)
  for (let at = 0; at < logits.length; at += classes) softmax(logits.subarray(at, at + classes), data, at)
  return { data, steps: logits.length / classes, alphabet }
}

/** Writes the softmax of `logits` to `out`, from `at` on. */
export function softmax(logits: Float32Array, out: Float64Array, at = 0): Float64Array {
  let max = Number.NEGATIVE_INFINITY
  for (const logit of logits) max = Math.max(max, logit)
  let sum = 0
  for (let k = 0; k < logits.length; k++) {
    out[at + k] = Math.exp(logits[k]! - max)
    sum += out[at + k]!
  }
  for (let k = 0; k < logits.length; k++) out[at + k]! /= sum
  return out
}

/** A prefix's probability: of the ways that end in a blank, and of those that end in its last character. */
interface Beam {
  blank: number
  char: number
}

/** Classes below this in a column are not tried: e⁻⁹. */
const FLOOR = Math.exp(-9)
/** A column above this is nothing but blank. */
const ALL_BLANK = Math.exp(-1e-4)

/**
 * The most probable texts, best first, at most `width`: CTC prefix beam search. The probabilities are lower
 * bounds, and close ones.
 */
export function beamSearch({ data, steps, alphabet }: Columns, width = 12): WeightedText[] {
  const classes = alphabet.length
  let beams = new Map<string, Beam>([['', { blank: 1, char: 0 }]])
  for (let step = 0; step < steps; step++) {
    const column = data.subarray(step * classes, (step + 1) * classes)
    const blank = column[0]!
    if (blank > ALL_BLANK) {
      for (const beam of beams.values()) {
        beam.blank = (beam.blank + beam.char) * blank
        beam.char = 0
      }
      continue
    }
    const grown = new Map<string, Beam>()
    const of = (text: string): Beam => {
      const beam = grown.get(text) ?? { blank: 0, char: 0 }
      grown.set(text, beam)
      return beam
    }
    for (const [text, beam] of beams) {
      const both = beam.blank + beam.char
      const here = of(text)
      here.blank += both * blank
      for (let k = 1; k < classes; k++) {
        if (column[k]! <= FLOOR) continue
        const char = alphabet[k]!
        const repeated = text.endsWith(char)
        if (repeated) here.char += beam.char * column[k]!
        const come = repeated ? beam.blank : both
        if (come > 0) of(text + char).char += come * column[k]!
      }
    }
    beams = best(grown, width)
  }
  return [...beams].map(([text, { blank, char }]) => ({ text, probability: blank + char }))
}

function best(beams: Map<string, Beam>, width: number): Map<string, Beam> {
  const ranked = [...beams].sort(([, a], [, b]) => b.blank + b.char - a.blank - a.char)
  return new Map(ranked.slice(0, width))
}

/**
 * The possible values of each character of a text, with the others fixed: for each place the probabilities of
 * `alphabet`'s classes, which sum to 1 (that of the blank is 0). Exact: all ways to write the text are counted.
 */
export function charactersOf(columns: Columns, text: string): Float64Array[] {
  const { data, steps, alphabet } = columns
  const classes = alphabet.length
  const chars = [...text].map((char) => alphabet.indexOf(char))
  const forward = prefixes(columns, chars)
  const backward = prefixes(reverseColumns(columns), [...chars].reverse())
  return chars.map((_, place) => {
    const before = forward[place]!
    const after = backward[chars.length - place - 1]!
    const sums = new Float64Array(classes)
    const inside = new Float64Array(classes)
    for (let step = 0, at = 0; step < steps; step++, at += classes) {
      const left = steps - step - 1
      const enter = before.blank[step]! + before.char[step]!
      const leave = after.blank[left]! + after.char[left]!
      for (let k = 1; k < classes; k++) {
        inside[k] = (inside[k]! + enter) * data[at + k]!
        sums[k]! += inside[k]! * leave
      }
    }
    // Equal neighboring characters need a blank between them.
    for (const k of new Set([chars[place - 1], chars[place + 1]])) {
      if (k !== undefined)
        sums[k] = waysThrough(columns, k, before, after, chars[place - 1] === k, chars[place + 1] === k)
    }
    const total = sums.reduce((sum, value) => sum + value, 0)
    return total > 0 ? sums.map((value) => value / total) : sums
  })
}

/** The ways to write class `k` between two parts of a text, when one or both end in the same character. */
function waysThrough(
  { data, steps, alphabet }: Columns,
  k: number,
  before: Ways,
  after: Ways,
  blankBefore: boolean,
  blankAfter: boolean,
): number {
  let [inside, sum] = [0, 0]
  for (let step = 0; step < steps; step++) {
    const left = steps - step - 1
    const enter = before.blank[step]! + (blankBefore ? 0 : before.char[step]!)
    inside = (inside + enter) * data[step * alphabet.length + k]!
    sum += inside * (after.blank[left]! + (blankAfter ? 0 : after.char[left]!))
  }
  return sum
}

/** Of one prefix, by the number of columns used: see Beam. */
interface Ways {
  readonly blank: Float64Array
  readonly char: Float64Array
}

/** The ways to write each prefix of `chars` (none of them, the first, the first two …) into the first columns. */
function prefixes({ data, steps, alphabet }: Columns, chars: readonly number[]): Ways[] {
  const classes = alphabet.length
  const ways: Ways[] = []
  for (let length = 0; length <= chars.length; length++) {
    const way: Ways = { blank: new Float64Array(steps + 1), char: new Float64Array(steps + 1) }
    const shorter = ways[length - 1]
    const char = chars[length - 1]
    if (!shorter) way.blank[0] = 1
    for (let step = 0; step < steps; step++) {
      way.blank[step + 1] = (way.blank[step]! + way.char[step]!) * data[step * classes]!
      if (!shorter) continue
      const come = shorter.blank[step]! + (char === chars[length - 2] ? 0 : shorter.char[step]!)
      way.char[step + 1] = (way.char[step]! + come) * data[step * classes + char!]!
    }
    ways.push(way)
  }
  return ways
}

function reverseColumns({ data, steps, alphabet }: Columns): Columns {
  const classes = alphabet.length
  const turned = new Float64Array(data.length)
  for (let step = 0; step < steps; step++) {
    turned.set(data.subarray(step * classes, (step + 1) * classes), (steps - 1 - step) * classes)
  }
  return { data: turned, steps, alphabet }
}
