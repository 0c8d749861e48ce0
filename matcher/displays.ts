import { followDirect } from '@sightline/broker/follow-direct'
import { ask, type Link } from '@sightline/broker/link'
import { retryUntilDone } from '@sightline/broker/publish'
import type { StoredMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex } from '@sightline/matching'
import { type Display, displayParser } from '@sightline/schemas/display'
import { checkDisplay } from '@sightline/schemas/display-rules'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { DISPLAYS } from '@sightline/schemas/streams'
import { glanceDisplay } from './glance-display.ts'
import { createReached } from './reached.ts'

export interface RefusedDisplay {
  /** Subject of the entry in the bucket's stream, and its place there. */
  subject: string
  stream: string
  sequence: number
  payload: Uint8Array
  error: SightlineError
}

/** Receives the displays of the bucket, and each change of them. */
export interface DisplaysInto extends Pick<DisplayIndex, 'reserve' | 'remove'> {
  /** @param storedAt when the broker stored it, milliseconds */
  set(display: Display, storedAt: number): void
}

export interface Displays {
  /** Settles when every change stored before the call was received; rejects only when the following ends. */
  caughtUp(): Promise<void>
  /** The complete display as stored at this moment; null when it is gone, or no longer a display. */
  get(id: string): Promise<Display | null>
}

const STREAM = `KV_${DISPLAYS}`
const KEYS = `$KV.${DISPLAYS}.`
const BATCH = 5000

/**
 * Passes the active displays of the bucket to `into`, and each change of them, across restarts of the broker, until
 * `signal` is aborted. An entry that is not a display removes the display it replaces (fail closed) and is passed to
 * `onRefused`.
 *
 * It reads the bucket's stream directly, including earlier values: with a watch, the client takes several times as long
 * per message, and the server must find the last message of each key. Changes arrive a little after they are stored. To
 * miss none, `caughtUp` and `get` ask the stream's leader.
 * @returns when every display that existed at the call is in the index
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function followDisplays(
  link: Link,
  into: DisplaysInto,
  onRefused: (refused: RefusedDisplay) => void,
  signal: AbortSignal,
): Promise<Displays> {
  const { streams } = link.manager
  const { state } = await ask(link, 'open the displays', () => streams.info(STREAM))
  into.reserve(state.num_subjects ?? state.messages)
  const reached = createReached(0)
  void (async () => {
    const options = { stream: STREAM, subject: `${KEYS}>`, from: 1, batch: BATCH, signal }
    for await (const batch of followDirect(link, options)) {
      for (const message of batch) take(message, into, onRefused)
      reached.to(batch.at(-1)!.seq)
    }
  })()

  async function caughtUp(): Promise<void> {
    const { state } = await retryUntilDone(() => streams.info(STREAM), signal)
    if (state.messages > 0) await reached.until(state.last_seq, signal)
  }

  if (state.messages > 0) await reached.until(state.last_seq, signal)
  return {
    caughtUp: takingTurns(caughtUp),
    async get(id) {
      const query = { last_by_subj: `${KEYS}${id}` }
      const message = await retryUntilDone(() => streams.getMessage(STREAM, query), signal)
      if (!message || message.header.get('KV-Operation')) return null
      try {
        return parseDisplay(message.data, id)
      } catch {
        // It is set aside, with its reason, when it is received.
        return null
      }
    },
  }
}

/** One call at a time; callers that ask during one share the next, which begins after they asked. */
function takingTurns(call: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = () => {
    next = undefined
    running = call().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (!running) return begin()
    next ??= running.catch(() => {}).then(begin)
    return next
  }
}

function take(
  message: StoredMessage,
  into: DisplaysInto,
  onRefused: (refused: RefusedDisplay) => void,
): void {
  const { data } = message
  const key = () => message.subject.slice(KEYS.length)
  try {
    const plain = glanceDisplay(data)
    if (plain && message.isSubject(KEYS.length, plain.id)) into.set(plain, message.time.getTime())
    // Deleted or purged.
    else if (message.header('KV-Operation')) into.remove(key())
    else into.set(parseDisplay(data, key()), message.time.getTime())
  } catch (thrown) {
    const { subject, seq: sequence } = message
    into.remove(key())
    onRefused({ subject, stream: STREAM, sequence, payload: data, error: toSightlineError(thrown) })
  }
}

function parseDisplay(data: Uint8Array, key: string): Display {
  const display = displayParser.parseJson(data)
  checkDisplay(display)
  // A display under another key could never be removed again.
  if (display.id !== key)
    throw new SightlineError('MESSAGE_INVALID', 'not a valid display: /id differs from its key')
  return display
}
