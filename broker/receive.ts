import type { NatsConnection } from '@nats-io/transport-node'
import { createWire, type Taker } from './wire.ts'

/**
 * Subscribes to messages of streams past the client library's parser (wire.ts).
 * @param onError the server refuses the subscription
 * @returns a function that ends it
 */
export type Receive = (subject: string, take: Taker, onError: () => void) => () => void

/** What is used of the library's insides; its version is exact in package.json, and test/broker/receive.test.ts knows. */
interface Insides {
  protocol: { parser: { parse(bytes: Uint8Array): void } }
}

const receivers = new WeakMap<NatsConnection, Receive>()

/** @param connection at rest: nothing but what connecting takes was received yet, or whole messages */
export function receiverOf(connection: NatsConnection): Receive {
  const known = receivers.get(connection)
  if (known) return known
  const takers = new Map<number, Taker>()
  readPast((connection as NatsConnection & Insides).protocol, takers)
  const receive: Receive = (subject, take, onError) => {
    const subscription = connection.subscribe(subject, { callback: onError })
    const number = subscription.getID()
    takers.set(number, take)
    return () => {
      takers.delete(number)
      subscription.unsubscribe()
    }
  }
  receivers.set(connection, receive)
  return receive
}

/** The library makes a parser for each connection that it makes, the first and those after a loss. */
function readPast(protocol: Insides['protocol'], takers: ReadonlyMap<number, Taker>): void {
  let { parser } = protocol
  const wire = () => ({ parse: createWire(takers, (bytes) => parser.parse(bytes)) })
  let before = wire()
  Object.defineProperty(protocol, 'parser', {
    get: () => before,
    set(made: typeof parser) {
      parser = made
      before = wire()
    },
  })
}
