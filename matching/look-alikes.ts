import { CODE, CODES, charOf, codeOf } from './plate-key.ts'

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
