import { setMaxListeners } from 'node:events'
import type { JetStreamClient, JetStreamPublishOptions, PubAck } from '@nats-io/jetstream'
import pRetry from 'p-retry'

/**
 * Publishes one message and comes back when the stream has stored it; a broker that is away, slow or full
 * is tried again for as long as it takes. Needs a message id, so that a repeat is recognised as one.
 * @param signal ends the attempts; the promise then rejects with its reason
 */
export function publishUntilStored(
  jetstream: JetStreamClient,
  subject: string,
  payload: string | Uint8Array,
  options: Partial<JetStreamPublishOptions> & { msgID: string },
  signal?: AbortSignal,
): Promise<PubAck> {
  return untilDone(() => jetstream.publish(subject, payload, { timeout: 2000, ...options }), signal)
}

/**
 * Asks a broker that may be away, slow or full, again for as long as it takes.
 * @param signal ends the attempts; the promise then rejects with its reason
 */
export function untilDone<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  // While the broker is away as many wait on a service's one signal as it has in hand; Node takes eleven for a leak.
  if (signal) setMaxListeners(0, signal)
  return pRetry(ask, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 200,
    maxTimeout: 5000,
    randomize: true,
    ...(signal ? { signal } : {}),
  })
}
