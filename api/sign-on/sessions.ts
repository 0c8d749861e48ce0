import { createHash, randomBytes } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { Person } from '@sightline/schemas/person'
import type { Session } from '@sightline/schemas/session'

/** A session without a request for this long is over, milliseconds. */
export const IDLE_MS = 30 * 60_000
/** Maximum length of a session, however much it is used; the bucket forgets it after a day. */
export const LONGEST_MS = 12 * 3_600_000

/** How far `lastSeenAt` may lag behind: a session is written at most once in this time, not with each request. */
export const TOUCH_MS = 60_000

export const newSessionToken = (): string => randomBytes(32).toString('base64url')

/** Key under which a session is stored: it does not reveal the token to readers of the bucket. */
export const sessionKey = (token: string): string => createHash('sha256').update(token).digest('hex')

export function newSession(person: Person, by: Session['by'], now: number): Session {
  const at = instant(now)
  const { id, generation } = person
  return { v: 1, person: id, by, generation, createdAt: at, lastSeenAt: at, consent: null }
}

/** Why a session is over, in words that continue "the session …"; null while it lasts. */
export function sessionEnd(session: Session, person: Person, now: number): string | null {
  if (person.state === 'suspended') return 'ended because the account is suspended'
  if (person.generation !== session.generation) return 'was ended elsewhere'
  if (now >= Date.parse(session.createdAt) + LONGEST_MS) return 'has reached its maximum length'
  if (now >= Date.parse(session.lastSeenAt) + IDLE_MS) return 'was not used for too long'
  return null
}

/** When an unused session expires, milliseconds. */
export const sessionOver = ({ createdAt, lastSeenAt }: Session): number =>
  Math.min(Date.parse(createdAt) + LONGEST_MS, Date.parse(lastSeenAt) + IDLE_MS)

/** The session with its last use recorded; null when it was recorded a moment ago. */
export function touchSession(session: Session, now: number): Session | null {
  return now - Date.parse(session.lastSeenAt) < TOUCH_MS ? null : { ...session, lastSeenAt: instant(now) }
}
