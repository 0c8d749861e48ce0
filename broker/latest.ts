import type { NatsConnection } from '@nats-io/transport-node'
import type { Link } from './link.ts'
import type { Receive } from './receive.ts'
import type { StreamMessage } from './stream-message.ts'

/**
 * The latest message of one subject in a stream that allows direct gets; undefined when there is none. Any node with a copy
 * answers, also one that lags behind.
 */
export type Latest = (stream: string, subject: string) => Promise<StreamMessage | undefined>

/** A value of a key-value bucket. */
export interface Entry {
  value: Uint8Array
  revision: number
}

/** The same, as the node has it that orders the writes: nothing acknowledged before is missing. */
export type Current = (stream: string, subject: string) => Promise<Entry | undefined>

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
export function createLatest(parts: LatestParts): { latest: Latest; current: Current } {
  const { connection, receive, newInbox, api, answerMs } = parts
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

  const request = (call: string, payload?: string) =>
    new Promise<StreamMessage | undefined>((resolve, reject) => {
      const number = ++count
      const timer = setTimeout(settle, answerMs, number)
      waiting.set(number, { timer, resolve, reject })
      const reply = `${subscribed()}.${number}`
      connection.publish(`${api}.${call}`, payload, { reply })
    })

  return {
    async latest(stream, subject) {
      requireSubject(subject)
      return await request(`DIRECT.GET.${stream}.${subject}`)
    },
    async current(stream, subject) {
      requireSubject(subject)
      const answer = await request(`STREAM.MSG.GET.${stream}`, JSON.stringify({ last_by_subj: subject }))
      return answer && entryIn(JSON.parse(answer.string()) as MessageAnswer)
    },
  }
}

/** What `STREAM.MSG.GET` answers; headers and data are Base64. */
interface MessageAnswer {
  error?: { code: number }
  message?: { seq: number; hdrs?: string; data?: string }
}

/** @throws when the server says anything else than that there is no message */
function entryIn({ error, message }: MessageAnswer): Entry | undefined {
  if (error?.code === NOT_FOUND) return undefined
  if (!message) throw refusal(error?.code)
  const headers = Buffer.from(message.hdrs ?? '', 'base64').toString('latin1')
  if (headers.includes(`\r\n${OPERATION}:`)) return undefined
  return { value: Buffer.from(message.data ?? '', 'base64'), revision: message.seq }
}

/** @throws when text from outside would choose what is read */
function requireSubject(subject: string): void {
  if (!SUBJECT.test(subject)) throw new Error(`${subject} is not a single subject`)
}

/** Tokens without spaces or wildcards: text from the address of a request must not choose what is read. */
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/

/** The marker of a deletion has this header. */
const OPERATION = 'KV-Operation'

/** A value of a key-value bucket, as some node has it; undefined when there is none. */
export async function latestEntry(
  { latest }: { latest: Latest },
  bucket: string,
  key: string,
): Promise<Entry | undefined> {
  const message = await latest(`KV_${bucket}`, `$KV.${bucket}.${key}`)
  if (!message || message.header(OPERATION) !== undefined) return undefined
  return { value: message.data, revision: Number(message.header('Nats-Sequence')) }
}

/**
 * What reads the values of a bucket as they are at this moment. With several copies it asks the node that orders the writes:
 * another one may not have stored yet what was acknowledged, for example the session of somebody who has just signed in, and
 * one that is cut off from the others still gives what has long been changed.
 * @throws what the client library throws when there is no bucket
 */
export async function openEntries(
  link: Pick<Link, 'latest' | 'current' | 'manager'>,
  bucket: string,
): Promise<(key: string) => Promise<Entry | undefined>> {
  const { config } = await link.manager.streams.info(`KV_${bucket}`)
  if (config.num_replicas === 1) return (key) => latestEntry(link, bucket, key)
  return (key) => link.current(`KV_${bucket}`, `$KV.${bucket}.${key}`)
}

/** An error like the client library's, so that it is retried while the server reloads its configuration (link.ts). */
function refusal(status: number | undefined): Error {
  const error = new Error(`the broker answered ${status}`)
  if (status === NO_RESPONDERS) error.name = 'JetStreamNotEnabled'
  return error
}
