import type { ReadCharacter } from '@sightline/schemas/read'
import { CHARACTERS, distribution } from '../characters.ts'

/** CTC decoding of a general text recognizer, restricted to what a plate can contain. */

/** What a class of the recognizer stands for: an index into CHARACTERS, or one of these. */
const OTHER = -1
const BLANK = -2

/** Plates have only capitals, so a lowercase letter of this shape is a capital, and a bar-shaped sign is a 1. */
const SAME_SHAPE = 'ckopsuvwxz'
const BARS = 'l|!'

export interface Alphabet {
  /** The text of each class, as the dictionary has it. */
  readonly texts: readonly string[]
  readonly classes: Int8Array
}

/** @param dictionary one text per line; class 0 is the CTC blank, the last one a space */
export function alphabetOf(dictionary: string): Alphabet {
  const texts = ['', ...dictionary.replace(/\r?\n$/, '').split(/\r?\n/), ' ']
  const classes = Int8Array.from(texts, (text) => {
    if (text === '') return BLANK
    if (BARS.includes(text)) return CHARACTERS.indexOf('1')
    return CHARACTERS.indexOf(SAME_SHAPE.includes(text) ? text.toUpperCase() : text)
  })
  return { texts, classes }
}

export interface Decoded {
  /** Everything that was read, in whatever script. */
  readonly raw: string
  /** Geometric mean of the probabilities of what was read, 0 to 1. */
  readonly legibility: number
  /** Only what a plate can contain. */
  readonly chars: ReadCharacter[]
}

/**
 * The most likely character at each step, repetitions and blanks removed. A step that is more likely not a plate's
 * character (a state's symbol between the groups, a lowercase letter, a sign) is left out of `chars`. A character's
 * distribution is that of the most certain step of its run.
 * @param probabilities `steps` × classes, each step sums to 1
 */
export function decode(probabilities: Float32Array, steps: number, { texts, classes }: Alphabet): Decoded {
  const width = texts.length
  const chars: ReadCharacter[] = []
  let raw = ''
  let logSum = 0
  let previous: string | null = null
  let peak = 0
  for (let step = 0; step < steps; step++) {
    const row = probabilities.subarray(step * width, (step + 1) * width)
    const seen = look(row, classes)
    const text = seen.best === null ? texts[seen.top]! : CHARACTERS[seen.best]!
    const repeated = text === previous
    previous = text
    if (text === '') continue
    if (!repeated) {
      raw += texts[seen.top] || text
      logSum += Math.log(row[seen.top]!)
    }
    if (seen.best === null || (repeated && seen.folded[seen.best]! <= peak)) continue
    if (repeated) chars.pop()
    chars.push(distribution(seen.folded))
    peak = seen.folded[seen.best]!
  }
  const count = [...raw].length
  return { raw: raw.trim(), legibility: count > 0 ? Math.exp(logSum / count) : 0, chars }
}

/**
 * One step: the most likely class (`top`), the probability of each of CHARACTERS (`folded`, that of its classes
 * together), and the most likely of these (`best`), or null when it is a blank or more likely not a plate's character.
 */
function look(row: Float32Array, classes: Int8Array) {
  const folded = new Array<number>(CHARACTERS.length).fill(0)
  let top = 0
  let other = 0
  for (let i = 0; i < row.length; i++) {
    const probability = row[i]!
    if (probability > row[top]!) top = i
    const index = classes[i]!
    if (index >= 0) folded[index]! += probability
    else if (index === OTHER) other += probability
  }
  const likeliest = folded.indexOf(Math.max(...folded))
  const inPlates = folded.reduce((sum, probability) => sum + probability, 0)
  const isBlank = row[0]! >= folded[likeliest]! && row[0]! >= row[top]!
  const best = isBlank || other > inPlates || folded[likeliest]! < row[top]! ? null : likeliest
  return { top, folded, best }
}
