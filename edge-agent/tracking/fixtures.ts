import type { Box } from '@sightline/recognition/geometry'
import type { Pass } from './track.ts'

/**
 * Learns texts that are not plates: what a camera writes into its picture (time, name), and signs by the road. They differ
 * from a parked car by their position. Text written by a camera reappears at exactly the same pixels, however often it is
 * lost; a driver who parks in the same place again is off by at least a tenth of a plate's width. And a plate does not change
 * its text. So:
 *
 * - A text that stays in one place and keeps changing is a clock. It is ignored at once.
 * - A text that has returned to exactly its place several times, each time within an hour, is a fixture. It is ignored from
 *   then on, as long as it has that text there and is seen at least once a day. Until then it counts as a vehicle: reading a
 *   caption twice is better than never reading a parked car. Of a car that parks at the same curb for a year, some positions
 *   are equal by chance, but they are days apart.
 *
 * Pure except for what it remembers.
 */
export interface Fixtures {
  /** Whether a pass is a text that never changes its place; learns from it. */
  isFixture(pass: Pick<Pass, 'text' | 'place' | 'wander' | 'isChanging' | 'last'>): boolean
  /** For a later start, as plain data. */
  save(): SavedFixtures
}

/** The one not seen for the longest time comes first. */
export type SavedFixtures = readonly Fixture[]

interface Fixture {
  readonly text: string
  readonly place: Box
  /** How often it came back. */
  readonly returns: number
  /** When it was last seen, milliseconds since 1970; agents before 0.2 did not record it. */
  readonly at?: number
}

/** A plate that moves farther than this, in its own widths, is moving; the boxes of stationary ones jitter by less. */
const STILL = 0.06
/** A vehicle does not return to exactly its place this often. */
const RETURNS = 3
/** A text that was lost for a moment returns within this time, ms; a known one, the next day. */
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

/** Exactly, apart from the jitter of boxes. */
function isSamePlace(a: Box, b: Box): boolean {
  const off = Math.hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2, a[1] + a[3] / 2 - b[1] - b[3] / 2)
  return off <= STILL * a[2] && Math.abs(Math.log(a[2] / b[2])) <= STILL
}
