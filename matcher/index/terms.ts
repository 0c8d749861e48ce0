import type { Display } from '../../schemas/display.ts'
import type { Region } from '../../schemas/plate.ts'
import type { Read } from '../../schemas/read.ts'
import { type Test, testOf } from './restrictions.ts'

/**
 * Least probability of a text other than the plate displayed. At it both sets of `./sightline bench match` recover more than
 * 60 % of their misreads at less than one false alert in a million reads with 10,000 displays (bench/README.md, match).
 */
export const DEFAULT_MIN_PROBABILITY = 0.45

/** What displays ask of a read beyond the plate; most displays ask the same. */
export interface Terms {
  readonly region: Region | null
  /** For reads whose text is not the plate displayed. */
  readonly minProbability: number
  readonly test: Test | null
}

/** Equal terms are held once, under a number. */
export interface TermsStore {
  take(display: Display): number
  give(number: number): void
  at(number: number): Terms
  /** The least of all, above 1 when there are no displays. */
  readonly minProbability: number
}

/** No probability reaches it. */
const NONE = 2

export function createTermsStore(): TermsStore {
  const held: (Terms & { key: string | null; uses: number })[] = []
  const numbers = new Map<string | null, number>()
  const free: number[] = []
  let least = NONE

  return {
    take({ region, minProbability = DEFAULT_MIN_PROBABILITY, only }) {
      const isPlain = minProbability === DEFAULT_MIN_PROBABILITY && !only
      // Nearly all: without a text made first.
      const key = isPlain ? region : `${region} ${minProbability} ${only ? JSON.stringify(only) : ''}`
      const known = numbers.get(key)
      if (known !== undefined) {
        held[known]!.uses++
        return known
      }
      const test = only ? testOf(only) : null
      const number = free.pop() ?? held.length
      held[number] = { region, minProbability, test, key, uses: 1 }
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

/** A read without a region may be from any; one with another region is another vehicle. */
export const termsHold = ({ region, test }: Terms, read: Read): boolean =>
  (region === null || read.region === null || read.region === region) && (test === null || test(read))
