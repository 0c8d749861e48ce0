import type { NatsConnection } from '@nats-io/transport-node'

/** The library's internals in use; package.json pins its exact version, and test/broker/batch-sends.test.ts checks them. */
interface Insides {
  protocol: { flushPending(): void; pendingLimit: number; outbound: { size(): number } }
}

/**
 * Sends everything from one turn of the event loop in one piece. The library writes in each pause between two promises:
 * a query of the api then takes nine system calls, each of which may give the core to the broker. It helps those who
 * answer many requests at a time, but not those who send without a pause, because they send large pieces anyway.
 */
export function batchSends(connection: NatsConnection): void {
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
