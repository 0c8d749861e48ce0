import type { Box } from '@sightline/recognition/geometry'
import type { Pass } from './track.ts'

/**
 * Learns the texts that are no plates: what a camera writes into its picture (time, name), and signs beside the road. They
 * differ from a parked car by their place. A text that a camera writes comes again at exactly the same pixels, however often it
 * is lost; a driver who parks again in the same place misses it by a tenth of a plate's width at least. And a plate does not
 * change its text. So:
 *
 * - What stays in one place and changes its text again and again is a clock. It is left out at once.
 * - A text that has come back to exactly its place several times, each time within an hour, is a fixture, and is left out from
 *   then on, as long as it is that text there and is seen at least once a day. The times before, it is taken for a vehicle:
 *   rather a caption is read twice than a parked car never. Of a car that parks against the same curb for a year, some places
 *   are the same by chance; they are days apart.
 *
 * Pure but for what it remembers.
 */
export interface Fixtures {
  /** Whether a pass is a text that never changes its place; learns from it. */
  isFixture(pass: Pick<Pass, 'text' | 'place' | 'wander' | 'isChanging' | 'last'>): boolean
  /** For a start later on, as plain data. */
  save(): SavedFixtures
}

/** The one not seen for longest comes first. */
export type SavedFixtures = readonly Fixture[]

interface Fixture {
  readonly text: string
  readonly place: Box
  /** How often it came back. */
  readonly returns: number
  /** When it was last seen, milliseconds since 1970; agents before 0.2 did not say. */
  readonly at?: number
}

/** A plate that goes farther than this, in its own widths, moves; boxes of what does not move jitter by less. */
const STILL = 0.06
/** So often a vehicle does not come back to exactly its place. */
const RETURNS = 3
/** Within so long, ms, a text comes back that was lost for a moment; and one that was known, the day after. */
const LOST_MS = { before: 3_600_000, known: 86_400_000 }
const MOST = 64

export function learnFixtures(saved: SavedFixtures = []): Fixtures {
  let known = [...saved]
  return {
    isFixture({ text, place, wander, isChanging, last }) {
      if (wander > STILL) return false
      if (isChanging) return true
      const before = known.find((one) => one.text === text && isSamePlace(one.place, place))
      const isLost = before !== undefined && isWithin(before, last)
      const now = isLost
        ? { ...before, returns: before.returns + 1, at: last }
        : { text, place, returns: 0, at: last }
      known = [...known.filter((one) => one !== before), now].slice(-MOST)
      return now.returns >= RETURNS
    },
    save: () => known,
  }
}

const isWithin = ({ returns, at }: Fixture, last: number): boolean =>
  at !== undefined && Math.abs(last - at) <= (returns >= RETURNS ? LOST_MS.known : LOST_MS.before)

/** Exactly, but for the jitter of boxes. */
function isSamePlace(a: Box, b: Box): boolean {
  const off = Math.hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2, a[1] + a[3] / 2 - b[1] - b[3] / 2)
  return off <= STILL * a[2] && Math.abs(Math.log(a[2] / b[2])) <= STILL
}
