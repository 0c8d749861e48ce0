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

/** How long one attempt waits for the stream's word, milliseconds. */
const ANSWER_MS = 2000
/** How often it is tried again, while the connection is up, what the stream does not take. */
const MOST_REFUSALS = 4
const RETRIES = {
  retries: Number.POSITIVE_INFINITY,
  minTimeout: 200,
  maxTimeout: 5000,
  randomize: true,
} as const

/**
 * Publishes one message and comes back when the stream has stored it; a broker that is away, slow or full
 * is tried again for as long as it takes. Needs a message id, so that a repeat is recognized as one.
 * @param signal ends the attempts; the promise then rejects with its reason
 * @param onFull told of each attempt that the broker refuses because the publisher's share is used up (QUOTA_EXCEEDED)
 */
export function publishUntilStored(
  jetstream: JetStreamClient,
  subject: string,
  payload: string | Uint8Array,
  options: Options,
  signal?: AbortSignal,
  onFull?: (error: SightlineError) => void,
): Promise<PubAck> {
  return untilDone(
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
 * The same for what must not hold up all that comes behind it: a broker that is away is waited for, but what the client or
 * the broker refuses is given up, at once where it can never be taken, else after a few attempts (some ten seconds).
 * @throws why it was given up; the reason of `signal`
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

/** What a stream says of its own end, not of the message: another try may be right. */
const ABOUT_ITS_END: readonly number[] = [10070, 10071, 10164]

/** Whether a message can never be stored: too large or malformed for the client, or refused by the stream for what it is. */
export const isForGood = (error: unknown): boolean =>
  error instanceof errors.InvalidArgumentError ||
  (error instanceof JetStreamApiError && error.status < 500 && !ABOUT_ITS_END.includes(error.code))

/**
 * Asks a broker that may be away, slow or full, again for as long as it takes.
 * @param signal ends the attempts; the promise then rejects with its reason
 */
export function untilDone<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  // While the broker is away as many wait on a service's one signal as it has in hand; Node takes eleven for a leak.
  if (signal) setMaxListeners(0, signal)
  return pRetry(ask, { ...RETRIES, ...(signal ? { signal } : {}) })
}
