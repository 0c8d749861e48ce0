import type { JetStreamClient } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import { publishUntilStored } from '../broker/publish.ts'
import type { Logger } from '../runtime/log.ts'
import type { SightlineError } from '../schemas/errors.ts'
import { REJECT_HEADERS, rejectSubject } from '../schemas/subjects.ts'

/** A message that is not what it should be. */
export interface Refused {
  payload: Uint8Array
  error: SightlineError
  subject: string
  /** In its stream; 0 for the entry of a bucket. */
  sequence: number
}

/**
 * Where messages go that the matcher cannot use: the subject of its rejects, with the reason in the headers.
 * @returns a function that settles when the message is stored there; once, however often it comes
 */
export function createSetAside(js: JetStreamClient, log: Logger, signal: AbortSignal) {
  return ({ payload, error, subject, sequence }: Refused): Promise<unknown> => {
    log.warn(
      { code: error.code, reason: error.message, subject, sequence },
      'set aside a message that is not valid',
    )
    const h = headers()
    h.set(REJECT_HEADERS.code, error.code)
    h.set(REJECT_HEADERS.reason, error.message)
    h.set(REJECT_HEADERS.subject, subject)
    h.set(REJECT_HEADERS.sequence, String(sequence))
    const options = { msgID: `${subject}-${sequence}`, headers: h }
    return publishUntilStored(js, rejectSubject('matcher'), payload, options, signal)
  }
}
