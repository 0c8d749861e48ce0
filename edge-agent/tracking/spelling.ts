import { CHARACTERS } from '@sightline/recognition/characters'
import type { ReadCharacter } from '@sightline/schemas/read'
import { align } from './align.ts'

/** Possible values of each character of a plate: one distribution over CHARACTERS per character. */
export type Spelling = readonly Float64Array[]

/** An engine omits values below this probability (recognition/characters.ts): nothing here is less likely. */
const LEAST = 0.01
/** Evidence for a different plate when one text has one more character, in nats: characters are often lost. */
const EXTRA_CHARACTER = 3.5

/**
 * The distributions behind a read's characters; values that the engine omitted share the rest up to 1. The character that the
 * engine chose is the most likely, even if its pixels alone say otherwise (a grammar decided).
 */
export function spellingOf(chars: readonly ReadCharacter[]): Spelling {
  return chars.map(({ char, confidence, alternatives }) => {
    const given = [{ char, confidence }, ...alternatives]
    const missing = 1 - given.reduce((sum, one) => sum + one.confidence, 0)
    const p = new Float64Array(CHARACTERS.length).fill(Math.max(missing, 0) / CHARACTERS.length)
    for (const one of given) p[CHARACTERS.indexOf(one.char)]! += one.confidence
    const [chosen, likeliest] = [CHARACTERS.indexOf(char), top(p)]
    if (p[chosen]! < p[likeliest]!) [p[chosen], p[likeliest]] = [p[likeliest]!, p[chosen]!]
    return p
  })
}

/** Index of the most likely character, the first of equal ones. */
export function top(p: Float64Array): number {
  let best = 0
  for (let c = 1; c < p.length; c++) if (p[c]! > p[best]!) best = c
  return best
}

export interface Comparison {
  /** Evidence that they are two plates, in nats: 0 when the texts are equal, 4.6 for a sure character. */
  readonly differ: number
  /** Number of characters that they have in common, in order. */
  readonly agreed: number
}

/**
 * How strongly two readings indicate different plates. Where aligned characters differ, the less sure side decides: min over
 * both sides of ln(p(own)/p(other's)), so that a character that one side hardly saw is no evidence. Symmetric.
 */
export function compare(a: Spelling, b: Spelling): Comparison {
  const tops = [a.map(top), b.map(top)] as const
  const against = (i: number, j: number): number => {
    const [own, other] = [tops[0][i]!, tops[1][j]!]
    return own === other ? 0 : Math.min(margin(a[i]!, own, other), margin(b[j]!, other, own))
  }
  const { cost, pairs } = align(a.length, b.length, {
    pair: against,
    leftAlone: () => EXTRA_CHARACTER,
    rightAlone: () => EXTRA_CHARACTER,
  })
  const agreed = pairs.filter(([i, j]) => i !== null && j !== null && tops[0][i] === tops[1][j]).length
  return { differ: cost, agreed }
}

const margin = (p: Float64Array, own: number, other: number): number =>
  Math.max(0, Math.log(Math.max(p[own]!, LEAST) / Math.max(p[other]!, LEAST)))
