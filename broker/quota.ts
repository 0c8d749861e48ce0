import { JetStreamApiError } from '@nats-io/jetstream'
import { SightlineError } from '@sightline/schemas/errors'

/** JetStream's code for a message that it did not store, and its text if a limit of the stream is the reason. */
const NOT_STORED = 10077
const FULL = /^maximum (messages per subject|messages|bytes) exceeded$/

/**
 * The error for a message refused because the share of its source is used up (schemas/stream-declarations.ts).
 * @returns undefined for any other refusal
 */
export function quotaExceeded(error: unknown, subject: string): SightlineError | undefined {
  if (!(error instanceof JetStreamApiError) || error.code !== NOT_STORED || !FULL.test(error.message))
    return undefined
  return new SightlineError('QUOTA_EXCEEDED', `the broker has no space left for ${subject}`, {
    cause: error,
    hint: 'The message is kept here and sent again; space becomes free as older messages expire. Check whether its source sends more than it should.',
  })
}
