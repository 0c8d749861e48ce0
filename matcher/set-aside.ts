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

/** A message that is not valid. */
export interface Refused {
  payload: Uint8Array
  error: SightlineError
  subject: string
  /** Of its stream. */
  stream: string
  sequence: number
}

/**
 * Stores messages that the matcher cannot use: under the subject of its rejects, with the reason in the headers.
 * @param messageIds the matcher's own: with predictable ids, somebody could keep messages out
 * @param onLost called for a message that cannot be stored there either (too large, refused, too many): it is skipped
 * @returns a function that settles when nothing is left to do for the message, and rejects only when `signal` ends the
 *   attempts; repetitions store it once
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
    // They would only displace each other, and a source of rejects must not cost the reads of others time.
    if (!isDue(source)) return onLost()
    try {
      const h = headers()
      h.set(REJECT_HEADERS.code, error.code)
      h.set(REJECT_HEADERS.reason, safeText(error.message, 300))
      h.set(REJECT_HEADERS.subject, told.subject)
      h.set(REJECT_HEADERS.sequence, String(sequence))
      const options = { msgID: messageIds(`${stream}-${sequence}`), headers: h }
      await publishIfTaken(link, rejectSubject('matcher', source), payload, options, signal)
      log.warn(told, 'set aside an invalid message')
    } catch (thrown) {
      signal.throwIfAborted()
      onLost()
      // Its size and place, and nothing of its content.
      const why = safeText(toSightlineError(thrown).message)
      log.error({ ...told, bytes: payload.length, why }, 'could not set aside an invalid message')
    }
  }
  return setAside
}

const A_MINUTE_MS = 60_000

/** Whether a message of a source is within its limit for the period. */
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
 * Source to which a reject counts: for the agency's cameras the camera, which cannot choose another name; otherwise the
 * stream, because a vendor may name as many cameras as it likes.
 */
function sourceOf(subject: string, stream: string): string {
  const [, source, camera = ''] = subject.split('.')
  return source === EDGE_SOURCE && isToken(camera) ? `${EDGE_SOURCE}-${camera}` : stream
}
