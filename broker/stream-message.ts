import type { Msg } from '@nats-io/transport-node'

/**
 * A message of a stream. What the broker says of it is in its reply subject,
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<seq>.<nth>.<nanoseconds>.<pending>`, and is read only when somebody asks.
 */
export class StreamMessage {
  readonly #message: Msg
  /** The payload. */
  readonly data: Uint8Array
  #place: string[] | undefined

  constructor(message: Msg, data: Uint8Array) {
    this.#message = message
    this.data = data
  }

  get subject(): string {
    return this.#message.subject
  }

  get headers(): Msg['headers'] {
    return this.#message.headers
  }

  /** Its sequence in the stream. */
  get seq(): number {
    return Number(this.#placeToken(0))
  }

  /** How many its consumer has delivered, it included. */
  get nth(): number {
    return Number(this.#placeToken(1))
  }

  /** When the broker stored it. */
  get time(): Date {
    return new Date(Math.floor(Number(this.#placeToken(2)) / 1e6))
  }

  string(): string {
    return this.#message.string()
  }

  #placeToken(n: number): string {
    this.#place ??= placeOf(this.#message.reply ?? '')
    return this.#place[n]!
  }
}

/** Nine tokens up to server 2.9 and without a domain; else twelve, of which two before the stream and a last one are more. */
function placeOf(reply: string): string[] {
  const tokens = reply.split('.')
  return tokens.slice(tokens.length === 9 ? 5 : 7)
}
