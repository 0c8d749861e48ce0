import type { NatsConnection } from '@nats-io/transport-node'
import type { Receive } from './receive.ts'
import type { StreamMessage } from './stream-message.ts'

/** The latest message of one subject in a stream that allows direct gets; undefined when there is none. */
export type Latest = (stream: string, subject: string) => Promise<StreamMessage | undefined>

const NOT_FOUND = 404
const NO_RESPONDERS = 503

export interface LatestParts {
  connection: NatsConnection
  receive: Receive
  newInbox(): string
  /** Prefix of the JetStream calls. */
  api: string
  /** How long to wait for an answer. */
  answerMs: number
}

/**
 * Requests single messages and receives the answers past the client library (wire.ts): the library's own requests take
 * three times the CPU, and one call of the api needs several.
 */
export function createLatest({ connection, receive, newInbox, api, answerMs }: LatestParts): Latest {
  interface Waiting {
    timer: NodeJS.Timeout
    resolve(message: StreamMessage | undefined): void
    reject(error: Error): void
  }
  const waiting = new Map<number, Waiting>()
  let inbox: string | undefined
  let count = 0

  function settle(number: number, message?: StreamMessage): void {
    const one = waiting.get(number)
    if (!one) return
    waiting.delete(number)
    clearTimeout(one.timer)
    const status = message?.status
    if (!message) one.reject(new Error('no answer in time'))
    else if (status === 0) one.resolve(message)
    else if (status === NOT_FOUND) one.resolve(undefined)
    else one.reject(refusal(status))
  }

  /** Subscribes at the first request: most connections never make one. */
  function subscribed(): string {
    if (inbox !== undefined) return inbox
    inbox = newInbox()
    const end = receive(
      `${inbox}.*`,
      (message) => settle(Number(message.subject.slice(message.subject.lastIndexOf('.') + 1)), message),
      () => {
        end()
        inbox = undefined
      },
    )
    return inbox
  }

  return (stream, subject) =>
    new Promise((resolve, reject) => {
      if (!SUBJECT.test(subject)) throw new Error(`${subject} is not a single subject`)
      const number = ++count
      const timer = setTimeout(settle, answerMs, number)
      waiting.set(number, { timer, resolve, reject })
      const reply = `${subscribed()}.${number}`
      connection.publish(`${api}.DIRECT.GET.${stream}.${subject}`, undefined, { reply })
    })
}

/** Tokens without spaces or wildcards: text from the address of a request must not choose what is read. */
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/

/** A value of a key-value bucket, as it is at this moment; undefined when there is none. */
export async function latestEntry(
  { latest }: { latest: Latest },
  bucket: string,
  key: string,
): Promise<{ value: Uint8Array; revision: number } | undefined> {
  const message = await latest(`KV_${bucket}`, `$KV.${bucket}.${key}`)
  // The marker of a deletion has this header.
  if (!message || message.header('KV-Operation') !== undefined) return undefined
  return { value: message.data, revision: Number(message.header('Nats-Sequence')) }
}

/** An error like the client library's, so that it is retried while the server reloads its configuration (link.ts). */
function refusal(status: number | undefined): Error {
  const error = new Error(`the broker answered ${status}`)
  if (status === NO_RESPONDERS) error.name = 'JetStreamNotEnabled'
  return error
}
