import type { NatsConnection } from '@nats-io/transport-node'
import type { Receive } from './receive.ts'
import type { StreamMessage } from './stream-message.ts'

/** The latest message of one subject of a stream that allows it; undefined when there is none. */
export type Latest = (stream: string, subject: string) => Promise<StreamMessage | undefined>

const NOT_FOUND = 404
const NO_RESPONDERS = 503

export interface LatestParts {
  connection: NatsConnection
  receive: Receive
  newInbox(): string
  /** What the calls of JetStream begin with. */
  api: string
  /** How long the broker has for an answer. */
  answerMs: number
}

/**
 * Asks for single messages, the answers past the client library (wire.ts): of its requests each takes three times the CPU,
 * and what a person asks of the api takes several.
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

  /** The first question subscribes: most connections never ask one. */
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
      if (!SUBJECT.test(subject)) throw new Error(`${subject} is not one subject`)
      const number = ++count
      const timer = setTimeout(settle, answerMs, number)
      waiting.set(number, { timer, resolve, reject })
      const reply = `${subscribed()}.${number}`
      connection.publish(`${api}.DIRECT.GET.${stream}.${subject}`, undefined, { reply })
    })
}

/** Tokens without blanks or wildcards: what comes from an address of a request is not to choose what is read. */
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/

/** A value of a key-value bucket, as it is at this moment; undefined when there is none. */
export async function latestEntry(
  { latest }: { latest: Latest },
  bucket: string,
  key: string,
): Promise<{ value: Uint8Array; revision: number } | undefined> {
  const message = await latest(`KV_${bucket}`, `$KV.${bucket}.${key}`)
  // A mark of a deletion says so there.
  if (!message || message.header('KV-Operation') !== undefined) return undefined
  return { value: message.data, revision: Number(message.header('Nats-Sequence')) }
}

/** As the client library calls it, so that it is tried again while the server reads its configuration again (link.ts). */
function refusal(status: number | undefined): Error {
  const error = new Error(`the broker answered ${status}`)
  if (status === NO_RESPONDERS) error.name = 'JetStreamNotEnabled'
  return error
}
