import type { ReadCharacter } from '@sightline/schemas/read'

/** The characters of plates (schemas/plate.ts, PlateText), in the order of every distribution here. */
export const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Less likely alternatives are ignored. */
const MIN_ALTERNATIVE = 0.01

/**
 * One character of a read from a distribution over CHARACTERS: the most likely, and the others with a probability of at
 * least 0.01, most likely first (CAP-4).
 */
export function distribution(probabilities: readonly number[]): ReadCharacter {
  const ranked = probabilities
    .map((confidence, i) => ({ char: CHARACTERS[i]!, confidence: Math.min(confidence, 1) }))
    .sort((a, b) => b.confidence - a.confidence)
  const [best, ...others] = ranked
  return {
    char: best!.char,
    confidence: round(best!.confidence),
    alternatives: others
      .filter((other) => other.confidence >= MIN_ALTERNATIVE)
      .map(({ char, confidence }) => ({ char, confidence: round(confidence) })),
  }
}

/** Four decimals: more is noise in a probability. */
export const round = (value: number): number => Math.round(value * 10_000) / 10_000
