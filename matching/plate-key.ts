import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'

/**
 * A plate as two words of 30 bits: six bits per character, 0 for none, 1 to 10 a digit, 11 to 36 a letter; characters 0
 * to 4 in the low word, 5 to 9 in the high one. No string is created, kept or hashed.
 */

/** Characters in a word. */
const PER_WORD = MAX_PLATE_LENGTH / 2
const BITS = 6
const MASK = 63

/** Codes run from 1 to this; tables over codes have one entry more. */
export const CODES = 37

/** By UTF-16 unit. */
export const CODE = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit >= 48 && unit <= 57) return unit - 47
  return unit >= 65 && unit <= 90 ? unit - 54 : 0
})

export const codeOf = (char: string): number => CODE[char.charCodeAt(0)] ?? 0
export const charOf = (code: number): string => String.fromCharCode(code < 11 ? code + 47 : code + 54)

/** Characters 0 to 4. @param plate normal form @param table from UTF-16 units to codes */
export const lowWord = (plate: string, table = CODE): number =>
  word(plate, 0, Math.min(plate.length, PER_WORD), table)
/** Characters 5 to 9. */
export const highWord = (plate: string, table = CODE): number => word(plate, PER_WORD, plate.length, table)

function word(plate: string, from: number, to: number, table: Uint8Array): number {
  let packed = 0
  for (let i = from, shift = 0; i < to; i++, shift += BITS) packed |= table[plate.charCodeAt(i)]! << shift
  return packed
}

/** Unpacks a plate into `codes`. @returns its length */
export function unpack(low: number, high: number, codes: Uint8Array): number {
  let length = 0
  for (let rest = low; rest !== 0; rest >>>= BITS) codes[length++] = rest & MASK
  for (let rest = high; rest !== 0; rest >>>= BITS) codes[length++] = rest & MASK
  return length
}

export function textOf(low: number, high: number): string {
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  return Array.from(codes.subarray(0, unpack(low, high, codes)), charOf).join('')
}

/** Packs codes: `PER_WORD` of them from `from`, up to `to`. */
export function packCodes(codes: Uint8Array, from: number, to: number): number {
  let packed = 0
  const end = Math.min(to, from + PER_WORD)
  for (let i = from, shift = 0; i < end; i++, shift += BITS) packed |= codes[i]! << shift
  return packed
}

export const packLow = (codes: Uint8Array, length: number) => packCodes(codes, 0, length)
export const packHigh = (codes: Uint8Array, length: number) => packCodes(codes, PER_WORD, length)

/** 32 well mixed bits of a packed plate. */
export function hashKey(low: number, high: number): number {
  let h = Math.imul(low, 0x9e3779b1) ^ Math.imul(high ^ (high >>> 15), 0x85ebca77)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return h ^ (h >>> 15)
}

/**
 * Characters that recognizers and people confuse. Displays are found by their plate with each character replaced by the
 * first of its class, so that exact and confusable matches are one lookup.
 */
export const CLASSES = ['0OQD', '1ILT', '2Z', '4A', '5S', '6G', '8B', 'UVY', 'HMNW'] as const

/** Code of a character → code of its class: its own if nothing looks like it. */
export const CLASS_OF = Uint8Array.from({ length: CODES }, (_, code) => {
  const found = code > 0 && CLASSES.find((members) => members.includes(charOf(code)))
  return found ? codeOf(found) : code
})

/** The same from UTF-16 units: `lowWord` and `highWord` make folded words with it. */
export const FOLDED = CODE.map((code) => CLASS_OF[code]!)

/** The codes of the classes, each once. */
export const CLASS_CODES: readonly number[] = [...new Set(CLASS_OF.subarray(1))]

/** Two characters at once. */
const PAIR = Uint16Array.from(
  { length: 4096 },
  (_, pair) => (CLASS_OF[pair & 63] ?? 0) | ((CLASS_OF[pair >>> 6] ?? 0) << 6),
)

/** One word of a packed plate with every character replaced by that of its class. */
export const foldWord = (word: number): number =>
  PAIR[word & 4095]! | (PAIR[(word >>> 12) & 4095]! << 12) | (PAIR[word >>> 24]! << 24)
