import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
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
}

const RETRY_MS = 250

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
  const { stream, inFlight, signal } = options
  // One signal ends any number of followers, each of which waits for it: more than ten is no leak.
  setMaxListeners(0, signal)
  let next = options.from
  while (!signal.aborted) {
    const lost = new AbortController()
    const forget = link.onReconnect(() => lost.abort())
    try {
      const consumer = await link.js.consumers.get(stream, { opt_start_seq: next })
      const { name } = await consumer.info(true)
      try {
        const either = AbortSignal.any([signal, lost.signal])
        for await (const batch of pull(link, { stream, name }, inFlight, either)) {
          yield batch
          next = batch.at(-1)!.seq + 1
        }
        if (!either.aborted) await pause(RETRY_MS, undefined, { signal })
      } finally {
        if (link.connected()) consumer.delete().catch(() => {})
      }
    } catch {
      // The broker is down or starting; connectBroker logs that.
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
    } finally {
      forget()
    }
  }
}
