import type { PubAck } from '@nats-io/jetstream'
import { createInbox, errors, headers, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { inboxOf } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'

export interface Outgoing {
  readonly subject: string
  readonly payload: string | Uint8Array
  /** Identifies a repeat. */
  readonly msgID: string
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface PublishAllOptions {
  /** User of the connection: acknowledgements come to its inbox. */
  user: string
  /** Maximum number of unacknowledged messages; limits memory. */
  inFlight?: number
  /** A message without an acknowledgement is sent again after once to twice this time. */
  answerMs?: number
  /** Ends the publishing; the promise then rejects with its reason. */
  signal?: AbortSignal
  /** Called once for each message that the stream has stored. */
  onStored?: (message: Outgoing) => void
}

export interface PublishedAll {
  stored: number
  /** Number of those that the stream already had. */
  duplicates: number
  /** Number of messages sent again, because no answer came. */
  resent: number
}

/**
 * Publishes messages one after another, many in flight at a time, and returns when the stream has stored them all.
 * While the broker is down, slow or full it keeps trying; a message sent again may be stored after later ones. It asks
 * for the next message only when there is room, so the source may pace itself.
 *
 * It does not use a promise per message: all acknowledgements come to one subscription, with the message's number in
 * the subject.
 * @throws BROKER_FAILED (refused permanently), BROKER_DENIED, what `messages` throws
 */
export async function publishAll(
  connection: NatsConnection,
  messages: Iterable<Outgoing> | AsyncIterable<Outgoing>,
  { user, inFlight = 4096, answerMs = 2000, signal, onStored }: PublishAllOptions,
): Promise<PublishedAll> {
  const result: PublishedAll = { stored: 0, duplicates: 0, resent: 0 }
  const inbox = createInbox(inboxOf(user))
  /** By number modulo its length; a slot is free once its message is stored. */
  const waiting: (Outgoing | undefined)[] = new Array(inFlight).fill(undefined)
  const numbers = new Float64Array(inFlight)
  /** Time of the last send, in ticks. */
  const sent = new Float64Array(inFlight)
  let tick = 0
  /** Number of messages taken from the source, and how many of them were sent. */
  let count = 0
  let next = 0
  let connected = true
  let failure: unknown
  let finished = false
  let wake: () => void = () => {}

  function fail(reason: unknown): void {
    failure ??= reason
    wake()
  }

  function send(number: number, { subject, payload, msgID, headers: more = {} }: Outgoing): void {
    sent[number % inFlight] = tick
    const h = headers()
    h.set('Nats-Msg-Id', msgID)
    for (const [name, value] of Object.entries(more)) h.set(name, value)
    try {
      connection.publish(subject, payload, { reply: `${inbox}.${number}`, headers: h })
    } catch (cause) {
      fail(refusal((cause as Error).message, cause))
    }
  }

  function answered(answer: Msg): void {
    const number = Number(answer.subject.slice(inbox.length + 1))
    const place = number % inFlight
    const message = waiting[place]
    // A message sent twice gets a second, late answer.
    if (!message || numbers[place] !== number) return
    const outcome = outcomeOf(answer)
    if (outcome === 'again') return
    if (outcome instanceof SightlineError) {
      fail(outcome)
      return
    }
    if (outcome === 'duplicate') result.duplicates++
    result.stored++
    waiting[place] = undefined
    onStored?.(message)
    wake()
  }

  /**
   * Sends all messages taken since the last turn of the event loop together: each alone would be a write to the socket.
   */
  function sendTaken(): void {
    while (next < count && !finished && !failure) send(next, waiting[next++ % inFlight]!)
  }

  function sendAgain(due: (sentAt: number) => boolean): void {
    // The client would queue them and send all repeats after reconnecting.
    if (!connected) return
    for (let place = 0; place < inFlight; place++) {
      const message = waiting[place]
      if (!message || numbers[place]! >= next || !due(sent[place]!)) continue
      result.resent++
      send(numbers[place]!, message)
    }
  }

  async function watchConnection(): Promise<void> {
    for await (const status of connection.status()) {
      if (finished) return
      if (status.type === 'disconnect') connected = false
      else if (status.type === 'reconnect') {
        connected = true
        sendAgain(() => true)
      } else if (status.type === 'error') {
        const { error } = status
        if (error instanceof errors.PermissionViolationError && error.operation === 'publish')
          fail(brokerDenied(error))
      }
    }
    fail(new SightlineError('BROKER_UNREACHABLE', 'the connection to the broker was closed'))
  }

  /** Waits until `ready` returns true, which may happen with each acknowledgement. */
  async function until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      signal?.throwIfAborted()
      if (failure) throw failure
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (failure) throw failure
  }

  const subscription = connection.subscribe(`${inbox}.*`, {
    callback: (error, answer) => (error ? fail(brokerDenied(error)) : answered(answer)),
  })
  const timer = setInterval(() => {
    tick++
    sendAgain((sentAt) => sentAt < tick - 1)
  }, answerMs)
  const abort = () => fail(signal?.reason)
  signal?.addEventListener('abort', abort)
  void watchConnection()
  try {
    for await (const message of messages) {
      const place = count % inFlight
      if (waiting[place]) await until(() => !waiting[place])
      waiting[place] = message
      numbers[place] = count
      if (next === count++) setImmediate(sendTaken)
    }
    await until(() => result.stored === count)
    return result
  } finally {
    signal?.removeEventListener('abort', abort)
    clearInterval(timer)
    finished = true
    subscription.unsubscribe()
  }
}

type Outcome = 'stored' | 'duplicate' | 'again' | SightlineError

/** The most common acknowledgement is recognized by its first and last bytes: `{"stream":"READS","seq":7}`. */
function outcomeOf(answer: Msg): Outcome {
  const { data } = answer
  const beforeBrace = data[data.length - 2] ?? 0
  if (data[2] === LETTER_S && beforeBrace >= DIGIT_0 && beforeBrace <= DIGIT_9) return 'stored'
  // No stream listens (yet): the server answers with a status and no body.
  if (data.length === 0) return 'again'
  const { error, duplicate } = answer.json<PubAck & { error?: { code: number; description: string } }>()
  if (!error) return duplicate ? 'duplicate' : 'stored'
  if (error.code >= 500) return 'again'
  return refusal(error.description)
}

const refusal = (reason: string, cause?: unknown) =>
  new SightlineError('BROKER_FAILED', `cannot publish a message: ${reason}`, {
    cause,
    hint: 'Messages before it are stored; messages after it may or may not be.',
  })

const LETTER_S = 's'.charCodeAt(0)
const DIGIT_0 = '0'.charCodeAt(0)
const DIGIT_9 = '9'.charCodeAt(0)

const brokerDenied = (cause: Error) =>
  new SightlineError('BROKER_DENIED', `this user may not publish: ${cause.message}`, {
    cause,
    hint: 'Publish as a user with that right (schemas/accounts.ts).',
  })
