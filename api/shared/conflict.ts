import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { SightlineError } from '@sightline/schemas/errors'

/** JetStream's codes for a failed compare-and-set: there is another value, or in a cluster another is on its way. */
const BEHIND: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]

/** A failed compare-and-set as an error for the caller. @param what e.g. `display` */
export function conflictOf(error: unknown, what: string): SightlineError | undefined {
  if (!(error instanceof JetStreamApiError) || !BEHIND.includes(error.code)) return
  return new SightlineError('CONFLICT', `someone else has changed the ${what}`, {
    cause: error,
    hint: 'Read it again, then repeat the change if it is still right.',
  })
}
