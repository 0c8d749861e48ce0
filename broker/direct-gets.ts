import { millisecondsOf } from '@sightline/runtime/clock'
import type { Link } from './link.ts'
import type { StoredMessage, StreamMessage } from './stream-message.ts'

/** Where the wanted messages begin. */
export type Start = { seq: number } | { start_time: string }

/** How long to wait for the broker to begin or continue an answer, in milliseconds. */
const ANSWER_MS = 2000
/** Size limit of one answer, bytes: what the server may have to buffer for a slow caller. */
const MOST_BYTES = 8 * 1024 ** 2
/** Statuses that end an answer: everything sent, and no messages. */
const COMPLETE = 204
const NOTHING = 404

/**
 * Gets the messages of a stream that allows direct gets, in order, as many as exist.
 *
 * This only reads the stream: no consumer is created, which could make the broker deliver anywhere. So other accounts
 * read streams in this way (schemas/bridges.ts).
 * @param most messages per call
 * @param signal gives up; the answer is then undefined
 * @returns empty at the end of the stream; undefined without a complete answer
 */
export function directGets(
  link: Link,
  stream: string,
  start: Start,
  most: number,
  signal: AbortSignal,
): Promise<StoredMessage[] | undefined> {
  return new Promise((resolve) => {
    const inbox = link.newInbox()
    const got: DirectMessage[] = []
    const end = (whole: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      unsubscribe()
      resolve(whole && isWhole(got) ? got : undefined)
    }
    const giveUp = () => end(false)
    const take = (message: StreamMessage) => {
      timer.refresh()
      const { status } = message
      // An empty message may have a status line written by its publisher; a message from a stream names the stream.
      if (status === 0 || message.lastHeader('Nats-Stream')) got.push(new DirectMessage(message))
      else end(status === COMPLETE || status === NOTHING)
    }
    const timer = setTimeout(giveUp, ANSWER_MS)
    const unsubscribe = link.receive(inbox, take, giveUp)
    signal.addEventListener('abort', giveUp)
    const request = JSON.stringify({ ...start, batch: most, max_bytes: MOST_BYTES })
    link.connection.publish(`${link.api}.DIRECT.GET.${stream}`, request, { reply: inbox })
  })
}

/** Each message says how many follow, so gaps between the first and the last are detected. */
function isWhole(got: readonly DirectMessage[]): boolean {
  const pending = (message: DirectMessage | undefined) => Number(message?.said('Nats-Num-Pending'))
  return got.length === 0 || pending(got[0]) - pending(got.at(-1)) === got.length - 1
}

/** Nearly every time stamp: the server leaves out the zeros at the end of its nanoseconds. */
const TO_MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$/

/** Its place in the stream is in its headers. */
class DirectMessage implements StoredMessage {
  readonly #message: StreamMessage
  constructor(message: StreamMessage) {
    this.#message = message
  }

  get data(): Uint8Array {
    return this.#message.data
  }

  get subject(): string {
    return this.said('Nats-Subject') ?? ''
  }

  get seq(): number {
    return Number(this.said('Nats-Sequence'))
  }

  get time(): Date {
    const stamp = this.said('Nats-Time-Stamp') ?? ''
    return new Date(TO_MILLISECONDS.test(stamp) ? millisecondsOf(stamp) : Date.parse(stamp))
  }

  string(): string {
    return this.#message.string()
  }

  isSubject(from: number, token: string): boolean {
    return this.subject.slice(from) === token
  }

  /** A header set by the server. */
  said(name: string): string | undefined {
    return this.#message.lastHeader(name)
  }

  header(name: string): string | undefined {
    return this.#message.header(name)
  }
}
