import { setTimeout as pause } from 'node:timers/promises'
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Link } from './link.ts'

export interface FollowOptions {
  stream: string
  /** Sequence of the first message wanted. */
  from: number
  /** At most this many messages wait here for a reader that is slower than the stream. */
  inFlight: number
  /** Ends the following. */
  signal: AbortSignal
}

/** A consumer that is silent for two heartbeats is taken for lost. */
const HEARTBEAT_MS = 2000
const RETRY_MS = 250

/** Signs that the server no longer knows the consumer, or that a message was lost on the way. */
const LOST = new Set([
  'heartbeats_missed',
  'consumer_not_found',
  'consumer_deleted',
  'no_responders',
  'reset',
])

/**
 * Follows a stream from a sequence on: every message once, in order, without a gap. It survives a broker that
 * is killed and started again. So does the client library's ordered consumer, but after a restart it counts the
 * requests made before as still open, asks for too few messages and hangs until it misses heartbeats (45
 * seconds measured): here a lost consumer is replaced by a fresh one at once.
 */
export async function* follow(link: Link, options: FollowOptions): AsyncGenerator<JsMsg, void> {
  const { signal } = options
  let next = options.from
  while (!signal.aborted) {
    const lost = new AbortController()
    const forget = link.onReconnect(() => lost.abort())
    try {
      const consumer = await link.js.consumers.get(options.stream, { opt_start_seq: next })
      const messages = await consumer.consume({
        max_messages: options.inFlight,
        expires: 5 * HEARTBEAT_MS,
        idle_heartbeat: HEARTBEAT_MS,
      })
      const release = stopOnAbort(messages, [signal, lost.signal])
      void stopWhenLost(messages)
      try {
        // One loop and no generator inside: the matcher takes hundreds of thousands of messages a second here.
        for await (const message of messages) {
          if (signal.aborted) return
          next = message.seq + 1
          yield message
        }
      } finally {
        release()
        messages.stop()
        if (link.connected()) consumer.delete().catch(() => {})
      }
    } catch {
      // The broker is away or just coming up; connectBroker logs that.
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
    } finally {
      forget()
    }
  }
}

/** @returns a function that forgets the signals again */
function stopOnAbort(messages: ConsumerMessages, signals: AbortSignal[]): () => void {
  const stop = () => messages.stop()
  for (const signal of signals) {
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', stop)
  }
}

async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (LOST.has(type)) messages.stop()
}
