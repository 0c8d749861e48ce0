import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { SightlineError } from '@sightline/schemas/errors'

/** What JetStream says to a compare-and-set: another value stands there, or in a cluster another is on its way there. */
const BEHIND: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]

/** A refused compare-and-set, as the caller is told. @param what e.g. `display` */
export function changedMeanwhile(error: unknown, what: string): SightlineError | undefined {
  if (!(error instanceof JetStreamApiError) || !BEHIND.includes(error.code)) return
  return new SightlineError('CONFLICT', `someone else has changed the ${what}`, {
    cause: error,
    hint: 'Read it again, then repeat the change if it is still right.',
  })
}
