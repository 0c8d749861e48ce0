import { headers } from '@nats-io/transport-node'
import type { Link } from '../broker/link.ts'
import { publishIfTaken } from '../broker/publish.ts'
import type { Logger } from '../runtime/log.ts'
import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import { safeText } from '../schemas/safe-text.ts'
import { REJECT_HEADERS, rejectSubject } from '../schemas/subjects.ts'

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
 * @param onLost called for one that cannot be stored there either (too large, refused): it is passed over
 * @returns a function that settles when nothing is left to do for the message, and rejects only when `signal` ends the
 *   attempts; stored once, however often it comes
 */
export function createSetAside(
  link: Pick<Link, 'js' | 'connected'>,
  log: Logger,
  signal: AbortSignal,
  onLost: () => void,
) {
  async function setAside({ payload, error, subject, stream, sequence }: Refused): Promise<void> {
    const told = { code: error.code, subject: safeText(subject), stream, sequence }
    try {
      const h = headers()
      h.set(REJECT_HEADERS.code, error.code)
      h.set(REJECT_HEADERS.reason, safeText(error.message, 300))
      h.set(REJECT_HEADERS.subject, told.subject)
      h.set(REJECT_HEADERS.sequence, String(sequence))
      const options = { msgID: `${stream}-${sequence}`, headers: h }
      await publishIfTaken(link, rejectSubject('matcher'), payload, options, signal)
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
