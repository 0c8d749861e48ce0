import type { NatsConnection } from '@nats-io/transport-node'
import { createWire, type Taker } from './wire.ts'

/**
 * Subscribes to messages of streams past the client library's parser (wire.ts).
 * @param onError called when the server refuses the subscription
 * @returns a function that ends it
 */
export type Receive = (subject: string, take: Taker, onError: () => void) => () => void

/** The library's internals in use; package.json pins its exact version, and test/broker/receive.test.ts checks them. */
interface Insides {
  protocol: { parser: { parse(bytes: Uint8Array): void } }
}

const receivers = new WeakMap<NatsConnection, Receive>()

/** @param connection idle: it has received only the connect sequence, or complete messages */
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

/** The library creates a parser for each connection, the first and those after a loss. */
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
