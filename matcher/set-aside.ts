import { headers } from '@nats-io/transport-node'
import type { Link } from '@sightline/broker/link'
import type { MessageIds } from '@sightline/broker/message-ids'
import { publishIfTaken } from '@sightline/broker/publish'
import type { Logger } from '@sightline/runtime/log'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { isToken } from '@sightline/schemas/message'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { safeText } from '@sightline/schemas/safe-text'
import { REJECTS_A_SOURCE } from '@sightline/schemas/streams'
import { REJECT_HEADERS, rejectSubject } from '@sightline/schemas/subjects'

/** A message that is not what it should be. */
export interface Refused {
  payload: Uint8Array
  error: SightlineError
  subject: string
  /** Of its stream. */
  stream: string
  sequence: number
}

/**
 * Where messages go that the matcher cannot use: the subject of its rejects, with the reason in the headers.
 * @param messageIds the matcher's own: by ids that can be foreseen somebody could keep his messages out
 * @param onLost called for one that cannot be stored there either (too large, refused, one of too many): it is passed over
 * @returns a function that settles when nothing is left to do for the message, and rejects only when `signal` ends the
 *   attempts; stored once, however often it comes
 */
export function createSetAside(
  link: Pick<Link, 'js' | 'connected'>,
  messageIds: MessageIds,
  log: Logger,
  signal: AbortSignal,
  onLost: () => void,
) {
  const isDue = atMost(REJECTS_A_SOURCE, A_MINUTE_MS)

  async function setAside({ payload, error, subject, stream, sequence }: Refused): Promise<void> {
    const told = { code: error.code, subject: safeText(subject), stream, sequence }
    const source = sourceOf(subject, stream)
    // They would push out each other: who sends nothing else must not cost the reads of others their time.
    if (!isDue(source)) return onLost()
    try {
      const h = headers()
      h.set(REJECT_HEADERS.code, error.code)
      h.set(REJECT_HEADERS.reason, safeText(error.message, 300))
      h.set(REJECT_HEADERS.subject, told.subject)
      h.set(REJECT_HEADERS.sequence, String(sequence))
      const options = { msgID: messageIds(`${stream}-${sequence}`), headers: h }
      await publishIfTaken(link, rejectSubject('matcher', source), payload, options, signal)
      log.warn(told, 'set aside a message that is not valid')
    } catch (thrown) {
      signal.throwIfAborted()
      onLost()
      // Its size and place, and nothing that it says.
      const why = safeText(toSightlineError(thrown).message)
      log.error({ ...told, bytes: payload.length, why }, 'a message that is not valid could not be set aside')
    }
  }
  return setAside
}

const A_MINUTE_MS = 60_000

/** Whether another one of a source is among the first so many of its time. */
function atMost(most: number, withinMs: number): (source: string) => boolean {
  const counts = new Map<string, number>()
  let until = 0
  return (source) => {
    const now = performance.now()
    if (now >= until) {
      counts.clear()
      until = now + withinMs
    }
    const count = (counts.get(source) ?? 0) + 1
    counts.set(source, count)
    return count <= most
  }
}

/**
 * Whose rejects it counts among: those of a camera of the agency, which can choose no other camera, or those of a stream, such
 * as that of a vendor, which may name as many cameras as it likes.
 */
function sourceOf(subject: string, stream: string): string {
  const [, source, camera = ''] = subject.split('.')
  return source === EDGE_SOURCE && isToken(camera) ? `${EDGE_SOURCE}-${camera}` : stream
}
