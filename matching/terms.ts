import type { FactEvidence } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import { type FactsJudge, type FactsJudged, type FactTables, factsJudge } from './facts.ts'
import { type Test, testOf } from './restrictions.ts'

/**
 * Default minimum probability of a text other than the watched plate. With it both sets of `./sightline bench match`
 * recover more than 60 % of their misreads at less than one false alert in a million reads with 10,000 displays
 * (bench/README.md, match).
 */
export const DEFAULT_MIN_PROBABILITY = 0.45

/** What displays require of a read beyond the plate; most displays require the same. */
export interface Terms {
  /** For reads whose text differs from the watched plate. */
  readonly minProbability: number
  readonly test: Test | null
  /** State and vehicle; null: the display names none. */
  readonly facts: FactsJudge | null
  /** Another state, or a vehicle that differs or was not recognized, prevents a match. */
  readonly strict: boolean
}

/** Stores equal terms once, under a number. */
export interface TermsStore {
  take(display: Display): number
  give(number: number): void
  at(number: number): Terms
  /** The lowest of all, above 1 when there are no displays. */
  readonly minProbability: number
}

/** No probability reaches it. */
const NONE = 2

export function createTermsStore(tables: FactTables = {}): TermsStore {
  const held: (Terms & { key: string | null; uses: number })[] = []
  const numbers = new Map<string | null, number>()
  const free: number[] = []
  let least = NONE

  return {
    take({ region, minProbability = DEFAULT_MIN_PROBABILITY, only, strict = false }) {
      const isPlain = minProbability === DEFAULT_MIN_PROBABILITY && !only && !strict
      // The usual case, without creating a string.
      const key = isPlain
        ? region
        : `${region} ${minProbability} ${strict} ${only ? JSON.stringify(only) : ''}`
      const known = numbers.get(key)
      if (known !== undefined) {
        held[known]!.uses++
        return known
      }
      const test = only ? testOf(only) : null
      const facts = factsJudge({ region, ...(only && { only }) }, tables)
      const number = free.pop() ?? held.length
      held[number] = { minProbability, test, facts, strict, key, uses: 1 }
      numbers.set(key, number)
      least = Math.min(least, minProbability)
      return number
    },
    give(number) {
      const terms = held[number]!
      if (--terms.uses > 0) return
      numbers.delete(terms.key)
      free.push(number)
      if (terms.minProbability > least) return
      least = NONE
      for (const { uses, minProbability } of held) if (uses > 0) least = Math.min(least, minProbability)
    },
    at: (number) => held[number]!,
    get minProbability() {
      return least
    },
  }
}

/** Facts that say nothing. */
const NOTHING: FactsJudged = { factor: 1, evidence: [] }

/**
 * Whether a display covers a read, and what the read's facts say. Another state or vehicle lowers the probability; only with
 * a strict display it prevents a match, and so does a vehicle that the camera did not recognize.
 * @param storedAt when the broker stored it, milliseconds
 * @returns null when it is not covered
 */
export function factsFor({ test, facts, strict }: Terms, read: Read, storedAt: number): FactsJudged | null {
  if (test !== null && !test(read, storedAt)) return null
  if (facts === null) return NOTHING
  const judged = facts(read)
  return strict && !judged.evidence.every(isMet) ? null : judged
}

/** A strict display asks for every fact of the vehicle; a state that nobody told may be the right one. */
const isMet = ({ fact, result }: FactEvidence): boolean =>
  result === 'agrees' || (fact === 'region' && result === 'unseen')
