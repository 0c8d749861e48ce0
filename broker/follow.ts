import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer } from '@nats-io/jetstream'
import type { SightlineError } from '@sightline/schemas/errors'
import { followRefused } from './consumer-refused.ts'
import type { Link } from './link.ts'
import { pull } from './pull.ts'
import type { StreamMessage } from './stream-message.ts'

export interface FollowOptions {
  stream: string
  /** Sequence of the first message wanted. */
  from: number
  /** At most this many messages are buffered for a reader slower than the stream. */
  inFlight: number
  /** Ends it. */
  signal: AbortSignal
  /**
   * Called when the broker is connected but refuses what following needs (FOLLOW_REFUSED); with null when it accepts again.
   */
  onTrouble?(trouble: SightlineError | null): void
  /** Called whenever it begins to read, first or again: the stream may be another one by then. */
  onBegin?(): void
}

const RETRY_MS = 250
/** The server removes a consumer that was not used for this long, if this process ended before removing it. */
const ABANDONED_MS = 60_000

/** Follows a stream from a sequence: every message once, in order, without a gap (followBatches). */
export async function* follow(link: Link, options: FollowOptions): AsyncGenerator<StreamMessage, void> {
  for await (const batch of followBatches(link, options)) {
    for (const message of batch) {
      if (options.signal.aborted) return
      yield message
    }
  }
}

/**
 * The same by batches, as they arrive: for callers that take hundreds of thousands of messages a second. It survives a
 * broker that is killed and restarted. The client library's ordered consumer does too, but after a restart it still
 * counts earlier requests as open, asks for too few messages and hangs until it misses heartbeats (45 seconds
 * measured). Here a lost consumer is replaced immediately.
 */
export async function* followBatches(
  link: Link,
  options: FollowOptions,
): AsyncGenerator<readonly StreamMessage[], void> {
  const { stream, inFlight, signal, onTrouble, onBegin } = options
  let trouble: SightlineError | null = null
  const tell = (found: SightlineError | null) => {
    if (found?.message === trouble?.message) return
    trouble = found
    onTrouble?.(found)
  }
  // One signal ends any number of followers, each of which waits for it: more than ten is no leak.
  setMaxListeners(0, signal)
  let next = options.from
  while (!signal.aborted) {
    const lost = new AbortController()
    const forget = link.onReconnect(() => lost.abort())
    let consumer: Consumer | undefined
    try {
      const options = { opt_start_seq: next, inactive_threshold: ABANDONED_MS }
      consumer = await link.js.consumers.get(stream, options)
      const { name } = await consumer.info(true)
      tell(null)
      onBegin?.()
      const either = AbortSignal.any([signal, lost.signal])
      for await (const batch of pull(link, { stream, name }, inFlight, either)) {
        yield batch
        next = batch.at(-1)!.seq + 1
      }
      if (!either.aborted) await pause(RETRY_MS, undefined, { signal })
    } catch (error) {
      // If the broker is down, connectBroker logs that.
      if (link.connected() && !signal.aborted) tell(followRefused(stream, error))
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
    } finally {
      forget()
      if (link.connected()) consumer?.delete().catch(() => {})
    }
  }
}
