import type { VehicleFact } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Region } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { type Test, testOf, type VehicleTest, vehicleTestOf } from './restrictions.ts'

/**
 * Default minimum probability of a text other than the watched plate. With it both sets of `./sightline bench match`
 * recover more than 60 % of their misreads at less than one false alert in a million reads with 10,000 displays
 * (bench/README.md, match).
 */
export const DEFAULT_MIN_PROBABILITY = 0.45

/** What displays require of a read beyond the plate; most displays require the same. */
export interface Terms {
  readonly region: Region | null
  /** For reads whose text differs from the watched plate. */
  readonly minProbability: number
  readonly test: Test | null
  readonly vehicle: VehicleTest | null
  /** An unrecognized fact, or another state, prevents a match. */
  readonly strict: boolean
}

/** What remains uncertain about a matching read. */
export interface Doubt {
  /** The read has another state than the display. */
  readonly differs: boolean
  /** Factor for the probability of the text because of it. */
  readonly factor: number
  readonly unchecked: readonly VehicleFact[]
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

export function createTermsStore(): TermsStore {
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
      const vehicle = only ? vehicleTestOf(only) : null
      const number = free.pop() ?? held.length
      held[number] = { region, minProbability, test, vehicle, strict, key, uses: 1 }
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

const NO_DOUBT: Doubt = { differs: false, factor: 1, unchecked: [] }

/**
 * Whether a display covers a read, and with what doubt. A recognized state is a guess: if it differs from the display's,
 * it lowers the probability but does not prevent a match, unless the display is strict. The same applies to a vehicle that
 * the camera did not recognize.
 * @param storedAt when the broker stored it, milliseconds
 * @returns null when it is not
 */
export function doubtOf(
  { region, test, vehicle, strict }: Terms,
  read: Read,
  storedAt: number,
): Doubt | null {
  const differs = region !== null && read.region !== null && read.region !== region
  if (strict && differs) return null
  if (test !== null && !test(read, storedAt)) return null
  const unchecked = vehicle === null ? NO_DOUBT.unchecked : vehicle(read)
  if (unchecked === null || (strict && unchecked.length > 0)) return null
  if (!differs && unchecked.length === 0) return NO_DOUBT
  return { differs, factor: differs ? otherRegionFactor(read) : 1, unchecked }
}

/**
 * Upper limit of how often the state is right, however certain the recognizer is. Of 400 rendered plates 78 % had the
 * right state, and 96 % of those with a confidence of 0.9 or more (`./sightline bench recognition --engine sightline
 * --rendered 400 --no-speed`). High confidences are less reliable for real plates than for rendered ones, so the share
 * of all is the limit.
 */
export const MOST_RIGHT = 0.8

/** Confidence of a state for which the camera states none. */
const UNSAID = 0.5

/**
 * Factor for the probability of the text when the read has another state than the display, compared with a read without
 * a state. The confidence in the state counts only MOST_RIGHT of itself, so that no confidence makes the factor 0.
 */
const otherRegionFactor = ({ regionConfidence }: Pick<Read, 'regionConfidence'>): number =>
  1 - MOST_RIGHT * (regionConfidence ?? UNSAID)
