import { JetStreamApiError } from '@nats-io/jetstream'
import { SightlineError } from '@sightline/schemas/errors'

/** JetStream's code for a message that it did not store, and its words where a limit of the stream is why. */
const NOT_STORED = 10077
const FULL = /^maximum (messages per subject|messages|bytes) exceeded$/

/**
 * What a broker says that refuses a message because the share of its source is used up (schemas/streams.ts).
 * @returns undefined for any other refusal
 */
export function quotaExceeded(error: unknown, subject: string): SightlineError | undefined {
  if (!(error instanceof JetStreamApiError) || error.code !== NOT_STORED || !FULL.test(error.message))
    return undefined
  return new SightlineError('QUOTA_EXCEEDED', `the broker's room for ${subject} is used up`, {
    cause: error,
    hint: 'What is refused is kept here and tried again: room comes back as older messages end. Does its source send more than it should?',
  })
}
