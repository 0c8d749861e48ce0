import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import { type Read, readReader } from '../schemas/read.ts'
import type { DisplayIndex, Match } from './index/index.ts'

/** What becomes of one message of the stream. */
export type Verdict =
  | { kind: 'nothing' }
  | { kind: 'matches'; read: Read; matches: readonly Match[] }
  /** Not a read: to be set aside with the reason. */
  | { kind: 'refused'; error: SightlineError }
  /** Seen outside the United States: not for the agency, neither matched nor kept (CAP-5). */
  | { kind: 'foreign' }

const NOTHING: Verdict = { kind: 'nothing' }

/**
 * Judges one message against the displays. Pure.
 * @param now the instant at which displays count as active or expired (milliseconds)
 */
export function judge(payload: Uint8Array, index: DisplayIndex, now: number): Verdict {
  let read: Read
  try {
    read = readReader.parseJson(payload)
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
  if (read.camera.country !== 'US') return { kind: 'foreign' }
  const matches = index.match(read, now)
  return matches.length === 0 ? NOTHING : { kind: 'matches', read, matches }
}
