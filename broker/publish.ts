import { setMaxListeners } from 'node:events'
import {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamPublishOptions,
  type PubAck,
} from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import type { SightlineError } from '@sightline/schemas/errors'
import pRetry from 'p-retry'
import type { Link } from './link.ts'
import { quotaExceeded } from './quota.ts'

type Options = Partial<JetStreamPublishOptions> & { msgID: string }

/** How long one attempt waits for the stream's answer, milliseconds. */
const ANSWER_MS = 2000
/** How often to retry, while connected, what the stream does not accept. */
const MOST_REFUSALS = 4
const RETRIES = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 200,
  maxTimeout: 5000,
  randomize: true,
} as const

/**
 * Publishes one message and returns when the stream has stored it. While the broker is down, slow or full it keeps
 * trying. The message needs an id, so that a repeat is recognized.
 * @param signal ends the attempts; the promise then rejects with its reason
 * @param onFull called for each attempt that the broker refuses because the publisher's share is used up
 * (QUOTA_EXCEEDED)
 */
export function publishUntilStored(
  jetstream: JetStreamClient,
  subject: string,
  payload: string | Uint8Array,
  options: Options,
  signal?: AbortSignal,
  onFull?: (error: SightlineError) => void,
): Promise<PubAck> {
  return retryUntilDone(
    () =>
      jetstream.publish(subject, payload, { timeout: ANSWER_MS, ...options }).catch((error) => {
        const full = onFull && quotaExceeded(error, subject)
        if (full) onFull(full)
        throw error
      }),
    signal,
  )
}

/**
 * The same for messages that must not block those behind them. It waits while the broker is down, but gives up what the
 * client or the broker refuses: immediately if it can never be accepted, else after a few attempts (some ten seconds).
 * @throws why it gave up; the reason of `signal`
 */
export function publishIfTaken(
  { js, connected }: Pick<Link, 'js' | 'connected'>,
  subject: string,
  payload: string | Uint8Array,
  options: Options,
  signal: AbortSignal,
): Promise<PubAck> {
  setMaxListeners(0, signal)
  let refusals = 0
  return pRetry(() => js.publish(subject, payload, { timeout: ANSWER_MS, ...options }), {
    ...RETRIES,
    signal,
    shouldRetry: ({ error }) => !isForGood(error) && (!connected() || ++refusals <= MOST_REFUSALS),
  })
}

/**
 * Errors about the state of the stream, not about the message: another try may succeed. Its end, the account's space, a message
 * with the same id that a cluster is storing just now, and too many messages or batches at once.
 */
const ABOUT_THE_STREAM: readonly number[] = [10070, 10071, 10164, 10002, 10158, 10167, 10210]

/**
 * Whether a message can never be stored: too large or malformed for the client, or refused by the stream because of its
 * content.
 */
export const isForGood = (error: unknown): boolean =>
  error instanceof errors.InvalidArgumentError ||
  (error instanceof JetStreamApiError && error.status < 500 && !ABOUT_THE_STREAM.includes(error.code))

/**
 * Repeats a request while the broker is down, slow or full.
 * @param signal ends the attempts; the promise then rejects with its reason
 */
export function retryUntilDone<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  // While the broker is down, all messages in hand wait on a service's one signal; Node reports eleven listeners as a
  // leak.
  if (signal) setMaxListeners(0, signal)
  return pRetry(ask, { ...RETRIES, ...(signal ? { signal } : {}) })
}
