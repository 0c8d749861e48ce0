import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import { type Read, readReader } from '../schemas/read.ts'
import { createGlance } from './glance.ts'
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
const FOREIGN: Verdict = { kind: 'foreign' }

const glance = createGlance()

/**
 * Judges one message against the displays. Nothing of it is parsed that the verdict does not need.
 * @param now the instant at which displays count as active or expired (milliseconds)
 */
export function judge(payload: Uint8Array, index: DisplayIndex, now: number): Verdict {
  const glanced = glance(payload)
  if (glanced) {
    if (!glanced.domestic) return FOREIGN
    const matches = index.match(glanced.read, now)
    return matches.length === 0 ? NOTHING : { kind: 'matches', read: glanced.parse(), matches }
  }
  return judgeParsed(payload, index, now)
}

/** The same verdict, from the whole message. */
export function judgeParsed(payload: Uint8Array, index: DisplayIndex, now: number): Verdict {
  let read: Read
  try {
    read = readReader.parseJson(payload)
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
  if (read.camera.country !== 'US') return FOREIGN
  const matches = index.match(read, now)
  return matches.length === 0 ? NOTHING : { kind: 'matches', read, matches }
}
