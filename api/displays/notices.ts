import { createHash } from 'node:crypto'
import type { Display } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { several } from '@sightline/schemas/several'
import { mail, noticeDay } from '../access/notices.ts'
import { quarterAt } from './quarter.ts'
import { reviewIsDue, statusOf } from './steps.ts'
import type { StoredDisplay } from './store.ts'

/**
 * Due e-mails about displays, computed only from stored dates. The id of each says what it is about, so a sweep that
 * was down sends what it missed and none is sent twice. They name displays by id, because a plate must not leave the
 * system in a reminder.
 */

const DAY_MS = 86_400_000
/** How long after its day an end is still announced, days. */
const LATE_DAYS = 30

/** Asks the owner 60, 30 and 7 days before the end whether the plate still matters, and announces the end (DSP-3). */
export function ownerNotice(display: Display, owner: Person, now: number): Mail | null {
  const { id, expiresAt, caseRef, state } = display
  const days = noticeDay(expiresAt, now)
  if (state !== 'active' || days === null || now - Date.parse(expiresAt) > LATE_DAYS * DAY_MS) return null
  const day = expiresAt.slice(0, 10)
  const isOver = days === 0
  const subject = isOver ? `Your watchlist entry ended on ${day}` : `Your watchlist entry ends on ${day}`
  const next = isOver
    ? 'It was not validated in time and no longer matches.'
    : 'Validate it if the plate still matters; close it if not. If you do nothing, it expires.'
  const text = `${owner.name},\n\nYour watchlist entry ${id} (${caseRef}) ${isOver ? 'ended' : 'ends'} on ${expiresAt}. ${next}\n`
  return mail(`display-${hashOf(id, owner.id)}-${day}-${days}`, owner, subject, text, now)
}

/**
 * For an owner who may no longer use displays, or has left the case: asks the supervisor immediately, and again before
 * the end, to hand the display over or close it.
 */
export function orphanNotice(display: Display, supervisor: Person, now: number): Mail | null {
  const { id, owner, caseRef, expiresAt } = display
  if (statusOf(display, now) !== 'active') return null
  const text = `${supervisor.name},\n\n${owner} owns the watchlist entry ${id} (${caseRef}) but may no longer keep it. Hand it over to an analyst on the case, or close it. If you do nothing, it expires on ${expiresAt}.\n`
  const about = `display-${hashOf(id, owner, supervisor.id)}-left${noticeDay(expiresAt, now) ?? ''}`
  return mail(about, supervisor, `A watchlist entry of ${owner} needs an owner`, text, now)
}

/** Tells the new owner of a display about it, and until when it must be validated (DSP-3). */
export function handedOverNotice({ display, revision }: StoredDisplay, owner: Person, now: number): Mail {
  const { id, caseRef, expiresAt } = display
  const text = `${owner.name},\n\nYou now own the watchlist entry ${id} (${caseRef}). If the plate still matters, validate the entry before ${expiresAt}; if not, close it.\n`
  const about = `display-${hashOf(id, owner.id)}-handed-${revision}`
  return mail(about, owner, 'A watchlist entry was handed over to you', text, now)
}

/** Tells an owner that a display ended with its case. @param cause as in the audit log */
export function closedNotice({ id, caseRef }: Display, owner: Person, cause: string, now: number): Mail {
  const text = `${owner.name},\n\nYour watchlist entry ${id} (${caseRef}) was closed: ${cause}. It no longer matches. If the plate matters to another case, add a new entry for it.\n`
  return mail(`display-${hashOf(id, owner.id)}-closed`, owner, 'Your watchlist entry was closed', text, now)
}

/** The same of many displays at once: nobody reads thousands of e-mails. */
export function closedTogetherNotice(
  closed: readonly Display[],
  owner: Person,
  cause: string,
  now: number,
): Mail {
  const many = several(closed.length, 'watchlist entry', 'watchlist entries')
  const cases = [...new Set(closed.map(({ caseRef }) => caseRef))].slice(0, 20).join(', ')
  const text = `${owner.name},\n\n${many} of yours (${cases}) were closed: ${cause}. They no longer match. If a plate matters to another case, add a new entry for it.\n`
  const about = hashOf(owner.id, ...closed.map(({ id }) => id))
  return mail(`displays-${about}-closed`, owner, `${many} of yours were closed`, text, now)
}

/** Ids of displays and people together may be longer than an e-mail's id may be. */
const hashOf = (...ids: string[]): string =>
  createHash('sha256').update(ids.join('\0')).digest('base64url').slice(0, 22)

/** Tells oversight how many displays await review: 60, 30 and 7 days before the quarter ends, and at its end. */
export function reviewNotices(
  displays: readonly Display[],
  oversight: readonly Person[],
  now: number,
): Mail[] {
  return [quarterAt(now, -1), quarterAt(now)].flatMap((quarter) => {
    const end = new Date(quarter.end).toISOString()
    const days = noticeDay(end, now)
    if (days === null || now - quarter.end > LATE_DAYS * DAY_MS) return []
    const count = displays.filter((display) => reviewIsDue(display, quarter, now)).length
    if (count === 0) return []
    const subject =
      days === 0
        ? `${several(count, 'watchlist entry was', 'watchlist entries were')} not reviewed in ${quarter.name}`
        : `${several(count, 'watchlist entry', 'watchlist entries')} to review by ${end.slice(0, 10)}`
    return oversight.map((person) =>
      mail(
        `display-review-${quarter.name}-${person.id}-${days}`,
        person,
        subject,
        `${person.name},\n\n${subject}. Review them in the console under Oversight, Watchlist review.\n`,
        now,
      ),
    )
  })
}
