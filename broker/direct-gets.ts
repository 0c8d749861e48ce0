import type { Link } from './link.ts'
import type { StoredMessage, StreamMessage } from './stream-message.ts'

/** Where the messages that are wanted begin. */
export type Start = { seq: number } | { start_time: string }

/** How long the broker has to begin an answer, or to go on with it, in milliseconds. */
const ANSWER_MS = 2000
/** Most bytes of one answer: what the server may have to hold for a slow reader. */
const MOST_BYTES = 8 * 1024 ** 2
/** Statuses that end an answer: all that was asked for, and nothing there. */
const COMPLETE = 204
const NOTHING = 404

/**
 * Gets messages of a stream that allows direct gets, in order, as many as are there.
 *
 * This asks nothing of the stream but to be read: no consumer is made, for which the broker would deliver wherever the asker
 * says. So it is how other accounts read a stream (schemas/bridges.ts).
 * @param most of one call
 * @param signal gives up: the answer is then undefined
 * @returns empty at the end of the stream; undefined when no whole answer came
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
      // An empty message may have a line of status that its publisher wrote; what comes out of a stream names it.
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

/** Each message says how many come after it: none is missing between the first and the last. */
function isWhole(got: readonly DirectMessage[]): boolean {
  const pending = (message: DirectMessage | undefined) => Number(message?.said('Nats-Num-Pending'))
  return got.length === 0 || pending(got[0]) - pending(got.at(-1)) === got.length - 1
}

/** Where it stands in its stream is in its headers. */
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
    return new Date(this.said('Nats-Time-Stamp') ?? Number.NaN)
  }

  string(): string {
    return this.#message.string()
  }

  isSubject(from: number, token: string): boolean {
    return this.subject.slice(from) === token
  }

  /** What the server says of it. */
  said(name: string): string | undefined {
    return this.#message.lastHeader(name)
  }

  header(name: string): string | undefined {
    return this.#message.header(name)
  }
}
