import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { CODES, codeOf } from './plate-key.ts'

/** The characters allowed at one place: bit `code` is set (two words of 32, by `code >>> 5`). */
export interface Place {
  readonly low: number
  readonly high: number
}

/**
 * A plate pattern as runs of places between its stars: `7A?*[BC]1` is [7, A, any], [B or C, 1]. A plain plate is one
 * run of single characters.
 */
export interface Pattern {
  readonly runs: readonly (readonly Place[])[]
}

const ANY: Place = { low: ~0, high: ~0 }
const placeOf = (chars: string): Place => {
  let [low, high] = [0, 0]
  for (const char of chars) {
    const code = codeOf(char)
    if (code < 32) low |= 1 << code
    else high |= 1 << (code - 32)
  }
  return { low, high }
}

/** @param text valid by the schema `PlatePattern` */
export function compilePattern(text: string): Pattern {
  const runs: Place[][] = [[]]
  for (const [piece] of text.matchAll(/\[[A-Z0-9]+\]|./g)) {
    if (piece === '*') runs.push([])
    else runs.at(-1)!.push(piece === '?' ? ANY : placeOf(piece))
  }
  return { runs }
}

export const allows = ({ low, high }: Place, code: number): boolean =>
  ((code < 32 ? low >>> code : high >>> (code - 32)) & 1) === 1

/** The lengths of plates that can match. */
export function lengths({ runs }: Pattern): { shortest: number; longest: number } {
  const shortest = runs.reduce((sum, run) => sum + run.length, 0)
  return { shortest, longest: runs.length > 1 ? MAX_PLATE_LENGTH : shortest }
}

/**
 * Whether a plate (its first `length` codes) matches: the first run at its start, the last at its end, the others in
 * order between.
 */
export function fits({ runs }: Pattern, codes: Uint8Array, length: number): boolean {
  const runAt = (run: readonly Place[], at: number) => run.every((place, i) => allows(place, codes[at + i]!))
  const first = runs[0]!
  if (runs.length === 1) return length === first.length && runAt(first, 0)
  const last = runs.at(-1)!
  const end = length - last.length
  let at = first.length
  if (end < at || !runAt(first, 0) || !runAt(last, end)) return false
  for (const run of runs.slice(1, -1)) {
    // The earliest match leaves the most room for the rest.
    while (at + run.length <= end && !runAt(run, at)) at++
    if (at + run.length > end) return false
    at += run.length
  }
  return true
}

/** Every code, for tables. */
export const ALL_CODES: readonly number[] = Array.from({ length: CODES - 1 }, (_, i) => i + 1)
