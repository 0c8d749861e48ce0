import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { lifetimeOf } from '@sightline/schemas/origin'
import type { PassReading } from './passes.ts'
import type { Reading } from './reading.ts'
import { instantOf } from './when.ts'

/** How far a plate reader's clock may be off, ms: a message needs a moment to arrive. */
const CLOCK_TOLERANCE_MS = 2_000
/** A plate reader that was cut off sends its messages late. Beyond this delay, ms, its clock is probably wrong. */
const LATE_MS = 120_000

/**
 * What is wrong with a plate reader's clock, in words that go on "the clock of the plate reader …".
 * @returns null if nothing is
 */
export function clockFault(seenAt: number, arrivedAt: number): string | null {
  const ahead = seenAt - arrivedAt
  if (ahead > CLOCK_TOLERANCE_MS) return `is ${seconds(ahead)} ahead of this host's`
  if (-ahead <= LATE_MS) return null
  return `is ${seconds(-ahead)} behind this host's, or it sent ${instant(seenAt)} so late`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`

/**
 * Dates readings by the plate reader's own clock. A reading whose time is impossible gets the time of its arrival.
 * @param zone time zone of plate readers that send local time
 * @param onJudged receives CAMERA_CLOCK_WRONG, or null for a reading whose time is right; `isNew` if it differs from the one before
 * @returns a function of a reading and of when it arrived, milliseconds since 1970
 */
export function createDating(
  zone: string | undefined,
  onJudged: (fault: SightlineError | null, isNew: boolean) => void,
): (reading: Reading, arrivedAt: number) => PassReading {
  const zoneOrHost = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  let isWrong = false
  return (reading, arrivedAt) => {
    const stated = instantOf(reading.seenAt, zoneOrHost, arrivedAt)
    // The matcher refuses reads outside this range, such as those of a clock that was never set.
    const { earliest, latest } = lifetimeOf(arrivedAt)
    const isImpossible = stated < earliest || stated > latest
    const fault = clockFault(stated, arrivedAt)
    if (fault === null) {
      onJudged(null, isWrong)
    } else {
      const kept = isImpossible
        ? 'its reads carry the instant at which they came'
        : 'its reads carry its time'
      const hint = 'Set its clock by NTP, and `zone` in its source to the time zone that it shows.'
      const text = `the clock of the plate reader ${fault}; ${kept}`
      onJudged(new SightlineError('CAMERA_CLOCK_WRONG', text, { hint }), !isWrong)
    }
    isWrong = fault !== null
    return { reading, seenAt: isImpossible ? arrivedAt : stated }
  }
}
