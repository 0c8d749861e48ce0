import { instant } from '../../runtime/clock.ts'
import type { SignOnTries } from '../../schemas/session.ts'

/** Wrong sign-ons in a row after which a name is locked. */
export const MAX_WRONG = 5
/** How long the first lock lasts, milliseconds; each further wrong sign-on doubles it, up to a day. */
export const LOCK_MS = 15 * 60_000
const LONGEST_LOCK_MS = 24 * 3_600_000

export const NO_TRIES: SignOnTries = { v: 1, wrong: 0, lockedUntil: null }

export const isLocked = ({ lockedUntil }: SignOnTries, now: number): boolean =>
  lockedUntil !== null && now < Date.parse(lockedUntil)

/** The tries after one more that was wrong. */
export function afterWrong({ wrong }: SignOnTries, now: number): SignOnTries {
  const more = wrong + 1
  const lock = more < MAX_WRONG ? null : Math.min(LOCK_MS * 2 ** (more - MAX_WRONG), LONGEST_LOCK_MS)
  return { v: 1, wrong: more, lockedUntil: lock === null ? null : instant(now + lock) }
}
