import type { StreamMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex, Match } from '@sightline/matching'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { checkPublisher, checkRead } from '@sightline/schemas/origin'
import { type Read, readParser } from '@sightline/schemas/read'
import { createGlance } from './glance.ts'

/** Outcome of one message of the stream. */
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

/** The part of a message that is examined. */
export type Judged = Pick<StreamMessage, 'data' | 'subject' | 'time' | 'afterToken'>

/**
 * Matches one message against the displays, parsing only what the result needs. The origin is checked for each message;
 * images and exact time only for matches, where they matter. The time is checked against when the message was stored,
 * so that a repetition gives the same result.
 * @param now the instant at which displays count as active or expired (milliseconds)
 */
export function judge(message: Judged, index: DisplayIndex, now: number): Verdict {
  const glanced = glance(message.data)
  if (!glanced?.isOf(message) || !glanced.isOfItsTime(now)) return judgeParsed(message, index, now)
  if (!glanced.domestic) return FOREIGN
  const matches = index.match(glanced.read, now, message)
  return matches.length === 0 ? NOTHING : ofMatches(glanced.parse(), matches, message)
}

/** The same verdict, from the whole message. */
export function judgeParsed(message: Judged, index: DisplayIndex, now: number): Verdict {
  let read: Read
  try {
    read = readParser.parseJson(message.data)
    checkPublisher(read, message)
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
  if (read.camera.country !== 'US') return FOREIGN
  const matches = index.match(read, now, message)
  return matches.length === 0 ? NOTHING : ofMatches(read, matches, message)
}

function ofMatches(read: Read, matches: readonly Match[], message: Judged): Verdict {
  try {
    checkRead(read, message)
    return { kind: 'matches', read, matches }
  } catch (thrown) {
    return { kind: 'refused', error: toSightlineError(thrown) }
  }
}
