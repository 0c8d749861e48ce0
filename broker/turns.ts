import type { NatsConnection } from '@nats-io/transport-node'

/** What is used of the library's insides; its version is exact in package.json, and test/broker/turns.test.ts knows. */
interface Insides {
  protocol: { flushPending(): void; pendingLimit: number; outbound: { size(): number } }
}

/**
 * Has what is sent within one turn of the event loop leave in one piece. The library writes in each pause between two
 * promises: a query of the api then takes nine system calls, each of which may give the core to the broker. For who
 * answers many at a time, not for who sends without a pause: much goes at once all the same.
 */
export function sendByTurns(connection: NatsConnection): void {
  const { protocol } = connection as NatsConnection & Insides
  const flush = protocol.flushPending.bind(protocol)
  let isDue = false
  protocol.flushPending = () => {
    if (protocol.outbound.size() >= protocol.pendingLimit) return flush()
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      flush()
    })
  }
}
