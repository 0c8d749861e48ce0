import { unit } from '@sightline/schemas/scan-bytes'

/** Helpers for writing lines (line-glance.ts) from JSON that a scanner has accepted. Pure. */

const COMMA = unit(',')
const QUOTE = unit('"')

/** Length within a character as the scanner accepts it: `{"char":"A","confidence":0.9,"alternatives":[]}`. */
const BEFORE_CONFIDENCE = '{"char":"A","confidence":'.length
/** Distance from a character to its confidence. */
const AFTER_CHARACTER = 'A","confidence":'.length
const BETWEEN = ',"alternatives":['.length

/** Place of the first character's confidence in a list. */
export const confidenceOfFirst = (list: number): number => list + 1 + BEFORE_CONFIDENCE

/**
 * Whether the characters are exactly the plate's, none has an alternative, and all have the same confidence.
 * @param plate its first byte; `plateEnd` follows its last
 */
export function areEquallySure(
  bytes: Uint8Array,
  from: number,
  end: number,
  plate: number,
  plateEnd: number,
): boolean {
  const first = confidenceOfFirst(from)
  let digits = 0
  while (bytes[first + digits] !== COMMA) if (first + ++digits >= end) return false
  const length = BEFORE_CONFIDENCE + digits + BETWEEN + 3
  // All are as long as the first one, separated by commas: otherwise they do not have the same confidence.
  if (end - from !== 1 + (plateEnd - plate) * length) return false
  for (let at = first, char = plate; at < end; at += length, char++) {
    if (bytes[at - AFTER_CHARACTER] !== bytes[char]) return false
    for (let i = 0; i < digits; i++) if (bytes[at + i] !== bytes[first + i]) return false
    if (bytes[at + digits] !== COMMA || bytes[at + digits + BETWEEN] !== END_OF_LIST) return false
  }
  return true
}

const END_OF_LIST = unit(']')

export function isAt(bytes: Uint8Array, from: number, end: number, wanted: Uint8Array): boolean {
  if (end - from !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (bytes[from + i] !== wanted[i]) return false
  return true
}

export function copy(from: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at
  for (let i = start; i < end; i++) out[to++] = from[i]!
  return to
}

/** Copies the text between quotes, which needs no escaping: the scanner accepts no escapes. Nothing for null. */
export const copyText = (
  from: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): number => (from[start] === QUOTE ? copy(from, start + 1, end - 1, out, at) : at)

/** Writes `Math.round(probability * 10_000)`. */
export function writeTenThousandths(probability: number, out: Uint8Array, at: number): number {
  const value = Math.round(probability * 10_000)
  let to = at
  for (
    let power = value < 10 ? 1 : value < 100 ? 10 : value < 1000 ? 100 : value < 10_000 ? 1000 : 10_000;
    power >= 1;
    power /= 10
  )
    out[to++] = 48 + (Math.floor(value / power) % 10)
  return to
}

export function asciiAt(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]!)
  return text
}
