import type { PubAck } from '@nats-io/jetstream'
import { createInbox, errors, headers, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { inboxOf } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'

export interface Outgoing {
  readonly subject: string
  readonly payload: string | Uint8Array
  /** A repeat of it is recognized as one. */
  readonly msgID: string
}

export interface PublishAllOptions {
  /** Whom the connection belongs to: acknowledgements come to an inbox of theirs. */
  user: string
  /** Messages that wait for their acknowledgement at any moment; bounds memory. */
  inFlight?: number
  /** One that has no acknowledgement after this long to twice as long is sent again. */
  answerMs?: number
  /** Ends the publishing; the promise then rejects with its reason. */
  signal?: AbortSignal
  /** Called once for each message that the stream has stored. */
  onStored?: (message: Outgoing) => void
}

export interface PublishedAll {
  stored: number
  /** Of those, how many the stream had already. */
  duplicates: number
  /** How many were sent again, for want of an answer. */
  resent: number
}

/**
 * Publishes messages one after another, many on their way at a time, and comes back when the stream has stored them all. A
 * broker that is away, slow or full is tried again for as long as it takes; what is sent again may be stored after later
 * messages. The next message is asked for only when there is room, so the source may pace itself.
 *
 * Not one promise a message: all acknowledgements come to one subscription, the message's number in the subject.
 * @throws BROKER_FAILED (refused for good), BROKER_DENIED, what `messages` throws
 */
export async function publishAll(
  connection: NatsConnection,
  messages: Iterable<Outgoing> | AsyncIterable<Outgoing>,
  { user, inFlight = 4096, answerMs = 2000, signal, onStored }: PublishAllOptions,
): Promise<PublishedAll> {
  const result: PublishedAll = { stored: 0, duplicates: 0, resent: 0 }
  const inbox = createInbox(inboxOf(user))
  /** By number modulo its length; a place is free when its message is stored. */
  const waiting: (Outgoing | undefined)[] = new Array(inFlight).fill(undefined)
  const numbers = new Float64Array(inFlight)
  /** When sent last, in ticks. */
  const sent = new Float64Array(inFlight)
  let tick = 0
  /** Messages taken from the source, and of those the ones sent. */
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

  function send(number: number, { subject, payload, msgID }: Outgoing): void {
    sent[number % inFlight] = tick
    const h = headers()
    h.set('Nats-Msg-Id', msgID)
    try {
      connection.publish(subject, payload, { reply: `${inbox}.${number}`, headers: h })
    } catch (cause) {
      fail(refused((cause as Error).message, cause))
    }
  }

  function answered(answer: Msg): void {
    const number = Number(answer.subject.slice(inbox.length + 1))
    const place = number % inFlight
    const message = waiting[place]
    // Of one that was sent twice the second answer comes late.
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

  /** All that were taken since the last turn of the event loop, together: one alone would be a write to the socket. */
  function sendTaken(): void {
    while (next < count && !finished && !failure) send(next, waiting[next++ % inFlight]!)
  }

  function sendAgain(due: (sentAt: number) => boolean): void {
    // The client would keep them and send all repeats when the connection is back.
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

  /** Waits until `ready`, which may become true with each acknowledgement. */
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

/** The commonest acknowledgement is told by its first and last bytes: `{"stream":"READS","seq":7}`. */
function outcomeOf(answer: Msg): Outcome {
  const { data } = answer
  const beforeBrace = data[data.length - 2] ?? 0
  if (data[2] === LETTER_S && beforeBrace >= DIGIT_0 && beforeBrace <= DIGIT_9) return 'stored'
  // No stream listens (yet): the server answers with a status and no body.
  if (data.length === 0) return 'again'
  const { error, duplicate } = answer.json<PubAck & { error?: { code: number; description: string } }>()
  if (!error) return duplicate ? 'duplicate' : 'stored'
  if (error.code >= 500) return 'again'
  return refused(error.description)
}

const refused = (reason: string, cause?: unknown) =>
  new SightlineError('BROKER_FAILED', `a message cannot be published: ${reason}`, {
    cause,
    hint: 'What was published before it is stored, what came after it may be or not.',
  })

const LETTER_S = 's'.charCodeAt(0)
const DIGIT_0 = '0'.charCodeAt(0)
const DIGIT_9 = '9'.charCodeAt(0)

const brokerDenied = (cause: Error) =>
  new SightlineError('BROKER_DENIED', `the broker refuses to let this user publish: ${cause.message}`, {
    cause,
    hint: 'Publish as a user that may (schemas/accounts.ts).',
  })
