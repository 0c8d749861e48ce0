import { JetStreamApiError } from '@nats-io/jetstream'
import { SightlineError } from '@sightline/schemas/errors'

/** JetStream's codes for a limit of consumers: of a stream or an account. */
const TOO_MANY: readonly number[] = [10026]

/** Whether the broker has refused a consumer because there are too many. */
export const isTooManyConsumers = (error: unknown): boolean =>
  error instanceof JetStreamApiError && TOO_MANY.includes(error.code)

export const TOO_MANY_HINT =
  'Some program does not remove its consumers, or more processes follow this stream than max_consumers allows (schemas/stream-declarations.ts). `nats consumer ls STREAM` shows them: remove unused ones, or raise the limit with `nats stream edit`.'

/** The error for a stream that cannot be followed. */
export function followRefused(stream: string, cause: unknown): SightlineError {
  const { message } = cause as Error
  const hint = isTooManyConsumers(cause)
    ? TOO_MANY_HINT
    : 'It is tried again four times a second. If nodes of the broker are missing, bring them back. Else, if this lasts, compare the broker with its declaration (./sightline broker declare).'
  return new SightlineError('FOLLOW_REFUSED', `the broker does not let ${stream} be followed: ${message}`, {
    cause,
    hint,
  })
}
