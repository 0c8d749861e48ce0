import { instant } from '../runtime/clock.ts'
import { type Alert, alertId } from '../schemas/alert.ts'
import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import { type Read, readReader } from '../schemas/read.ts'
import type { DisplayIndex, Match } from './index/exact.ts'

/** What becomes of one message of the stream. */
export type Verdict =
  | { kind: 'nothing' }
  | { kind: 'alerts'; alerts: Alert[] }
  /** Not a read: to be set aside with the reason. */
  | { kind: 'refused'; error: SightlineError }
  /** Seen outside the United States: not for the agency, neither matched nor kept (CAP-5). */
  | { kind: 'foreign' }

const NOTHING: Verdict = { kind: 'nothing' }

/**
 * Judges one message against the displays. Pure.
 * @param storedAt when the broker stored the message (milliseconds)
 * @param now the instant at which displays count as active or expired (milliseconds)
 */
export function judge(payload: Uint8Array, storedAt: number, index: DisplayIndex, now: number): Verdict {
  let read: Read
  try {
    read = readReader.parseJson(payload)
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
  if (read.camera.country !== 'US') return { kind: 'foreign' }
  const matches = index.match(read, now)
  if (matches.length === 0) return NOTHING
  return { kind: 'alerts', alerts: matches.map((match) => alertOf(match, read, storedAt, now)) }
}

function alertOf({ display, kind, probability }: Match, read: Read, storedAt: number, now: number): Alert {
  const { id, plate, priority, reason, caseRef, owner } = display
  return {
    v: 1,
    id: alertId(id, read.id),
    raisedAt: instant(now),
    readStoredAt: instant(storedAt),
    match: { kind, probability },
    display: { id, plate, priority, reason, caseRef, owner },
    read,
  }
}
