import { setTimeout as pause } from 'node:timers/promises'
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Link } from './link.ts'

/** At most this many messages wait here for a reader that is slower than the stream. */
const IN_FLIGHT = 64
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
 * Follows a stream from a sequence on: every message once, in order, without a gap, until `signal` is aborted.
 * It survives a broker that is killed and started again. So does the client library's ordered consumer, but
 * after a restart it counts the requests made before as still open, asks for too few messages and hangs until
 * it misses heartbeats (45 seconds measured): here a lost consumer is replaced by a fresh one at once.
 */
export async function* follow(
  link: Link,
  stream: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<JsMsg, void> {
  let next = from
  while (!signal.aborted) {
    try {
      for await (const message of oneConsumer(link, stream, next, signal)) {
        if (signal.aborted) return
        next = message.seq + 1
        yield message
      }
    } catch {
      // The broker is away or just coming up; connectBroker logs that.
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** The messages of one consumer on the server, until it is lost. */
async function* oneConsumer(link: Link, stream: string, from: number, signal: AbortSignal) {
  const lost = new AbortController()
  const forget = link.onReconnect(() => lost.abort())
  try {
    const consumer = await link.js.consumers.get(stream, { opt_start_seq: from })
    const messages = await consumer.consume({
      max_messages: IN_FLIGHT,
      expires: 5 * HEARTBEAT_MS,
      idle_heartbeat: HEARTBEAT_MS,
    })
    const stop = () => messages.stop()
    for (const end of [signal, lost.signal]) {
      if (end.aborted) stop()
      end.addEventListener('abort', stop)
    }
    void stopWhenLost(messages)
    try {
      yield* messages
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
      if (link.connected()) consumer.delete().catch(() => {})
    }
  } finally {
    forget()
  }
}

async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (LOST.has(type)) messages.stop()
}
