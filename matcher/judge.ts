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

/** Judges one message against the displays at instant `now` (milliseconds). Pure. */
export function judge(payload: Uint8Array, index: DisplayIndex, now: number): Verdict {
  let read: Read
  try {
    read = readReader.parseJson(payload)
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
  if (read.camera.country !== 'US') return { kind: 'foreign' }
  const matches = index.match(read, now)
  if (matches.length === 0) return NOTHING
  return { kind: 'alerts', alerts: matches.map((match) => alertOf(match, read, now)) }
}

function alertOf({ display, kind, probability }: Match, read: Read, now: number): Alert {
  const { id, plate, priority, reason, caseRef, owner } = display
  return {
    v: 1,
    id: alertId(id, read.id),
    raisedAt: instant(now),
    match: { kind, probability },
    display: { id, plate, priority, reason, caseRef, owner },
    read,
  }
}
