import type { SightlineError } from '@sightline/schemas/errors'

/** First and longest pause before a source that failed is tried again, ms. */
const BACK_OFF = { first: 1000, longest: 30_000 }
/** Cameras lock out clients after several wrong passwords in a row, for longer each time, ms. */
const DENIED_PAUSE = 300_000

export interface BackOff {
  /** The source gave something. */
  worked(): void
  /** @param error why it failed; none if it ended by itself @returns how long to wait before it is tried again, ms */
  pauseAfter(error: Pick<SightlineError, 'code'> | undefined): number
}

/** Pauses between attempts grow until one works; a second refusal of the password (SOURCE_DENIED) makes them very long. */
export function createBackOff(): BackOff {
  let next = BACK_OFF.first
  let denials = 0
  return {
    worked() {
      next = BACK_OFF.first
      denials = 0
    },
    pauseAfter(error) {
      const pause = next
      next = Math.min(2 * next, BACK_OFF.longest)
      return error?.code === 'SOURCE_DENIED' && ++denials > 1 ? DENIED_PAUSE + pause : pause
    },
  }
}
