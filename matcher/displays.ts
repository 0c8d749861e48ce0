import type { KV } from '@nats-io/kv'
import { followDirect } from '@sightline/broker/follow-direct'
import { ask, type Link } from '@sightline/broker/link'
import type { StoredMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex } from '@sightline/matching'
import { type Display, displayParser } from '@sightline/schemas/display'
import { checkDisplay } from '@sightline/schemas/display-rules'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { DISPLAYS } from '@sightline/schemas/streams'
import { glanceDisplay } from './glance-display.ts'
import { type KeptDisplays, MOST_KEPT } from './kept-displays.ts'

export interface RefusedDisplay {
  /** Subject of the entry in the bucket's stream, and its place there. */
  subject: string
  stream: string
  sequence: number
  payload: Uint8Array
  error: SightlineError
}

const STREAM = `KV_${DISPLAYS}`
const KEY_AT = `$KV.${DISPLAYS}.`.length
const BATCH = 5000

/**
 * Keeps the index equal to the active displays of the bucket, through restarts of the broker, until `signal` is aborted, and
 * with it the displays that are kept whole. An entry that is not a display takes the one it replaces out (closed when in
 * doubt) and is handed to `onRefused`.
 *
 * The bucket's stream is read as such, with what it holds of earlier values: a watch takes the client several times as much
 * time a message, and the server to find the last of each key.
 * @returns when every display that was there at the call is in the index
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function followDisplays(
  link: Link,
  index: DisplayIndex,
  kept: KeptDisplays,
  onRefused: (refused: RefusedDisplay) => void,
  signal: AbortSignal,
): Promise<void> {
  const { state } = await ask(link, 'open the displays', () => link.manager.streams.info(STREAM))
  index.reserve(state.num_subjects ?? state.messages)
  // Earlier ones would be let go again.
  let passed = MOST_KEPT - state.messages
  const into: Into = {
    set(display, message) {
      index.set(display)
      if (++passed > 0) kept.put(display.id, message.string())
    },
    remove(id) {
      index.remove(id)
      kept.remove(id)
      passed++
    },
    onRefused,
  }
  await new Promise<void>((ready) => {
    const run = async () => {
      const options = { stream: STREAM, subject: `$KV.${DISPLAYS}.>`, from: 1, batch: BATCH, signal }
      for await (const batch of followDirect(link, options)) {
        for (const message of batch) take(message, into)
        if (batch.at(-1)!.seq >= state.last_seq) ready()
      }
      ready()
    }
    if (state.messages === 0) ready()
    void run()
  })
}

/** What takes up the entries of the bucket. */
interface Into {
  set(display: Display, message: StoredMessage): void
  remove(id: string): void
  onRefused(refused: RefusedDisplay): void
}

function take(message: StoredMessage, { set, remove, onRefused }: Into): void {
  const { data } = message
  try {
    const plain = glanceDisplay(data)
    if (plain && message.isSubject(KEY_AT, plain.id)) set(plain, message)
    // Deleted or purged.
    else if (message.header('KV-Operation')) remove(message.subject.slice(KEY_AT))
    else set(parsed(data, message.subject.slice(KEY_AT)), message)
  } catch (thrown) {
    const { subject, seq: sequence } = message
    remove(subject.slice(KEY_AT))
    onRefused({ subject, stream: STREAM, sequence, payload: data, error: toSightlineError(thrown) })
  }
}

function parsed(data: Uint8Array, key: string): Display {
  const display = displayParser.parseJson(data)
  checkDisplay(display)
  // Under another key it could never be taken out again.
  if (display.id !== key)
    throw new SightlineError('MESSAGE_INVALID', 'not a valid display: /id is not its key')
  return display
}

/** The whole of a display of which the index holds a part; null when it is gone, or no display any more. */
export async function loadDisplay(kept: KeptDisplays, kv: KV, id: string): Promise<Display | null> {
  const text = kept.get(id)
  const entry = text === undefined ? await kv.get(id) : null
  const value = text ?? (entry?.operation === 'PUT' ? entry.value : null)
  if (value === null) return null
  try {
    return displayParser.parseJson(value)
  } catch {
    // Set aside, with its reason, by followDisplays.
    return null
  }
}
