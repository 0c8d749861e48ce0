import { createHash } from 'node:crypto'
import type { Display } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { several } from '@sightline/schemas/several'
import { mail, noticeDay } from '../access/notices.ts'
import { withoutPlates } from '../alerts/cover.ts'
import { quarterAt } from './quarter.ts'
import { reviewIsDue, statusOf } from './steps.ts'
import type { StoredDisplay } from './store.ts'
import { type Due, dueHour, endOfHour } from './together.ts'

/**
 * Due e-mails about displays, computed only from stored dates. The id of each says what it is about, so a sweep that
 * was down sends what it missed and none is sent twice. They name displays by id, because a plate must not leave the
 * system in a reminder.
 */

const DAY_MS = 86_400_000
/** How long after its day an end is still announced, days. */
const LATE_DAYS = 30

/** Asks the owner 60, 30 and 7 days before the end whether the plate still matters, and announces the end (DSP-3). */
export function ownerNotice(display: Display, owner: Person, now: number): Due | null {
  const { id, expiresAt, state } = display
  const days = noticeDay(expiresAt, now)
  const hour = dueHour(display, now)
  if (state !== 'active' || days === null || hour === null) return null
  if (now - Date.parse(expiresAt) > LATE_DAYS * DAY_MS) return null
  const day = expiresAt.slice(0, 10)
  const isOver = days === 0
  const about = `display-${hashOf(id, owner.id)}-${day}-${days}`
  const group = `displays-${hashOf(owner.id, String(hour))}-due-${days}`
  const alone = () => {
    const subject = isOver ? `Your watchlist entry ended on ${day}` : `Your watchlist entry ends on ${day}`
    const next = isOver
      ? 'It was not validated in time and no longer matches.'
      : 'Validate it if the plate still matters; close it if not. If you do nothing, it expires.'
    const text = `${owner.name},\n\nYour watchlist entry ${id} (${caseNamed(display)}) ${isOver ? 'ended' : 'ends'} on ${expiresAt}. ${next}\n`
    return mail(about, owner, subject, text, now)
  }
  return {
    ...{ display, id: about, group, from: endOfHour(hour) },
    mail: alone,
    together: (all) => endTogetherNotice(all, owner, isOver, group, now),
  }
}

/** The same of many displays at once. */
function endTogetherNotice(
  all: readonly Display[],
  owner: Person,
  isOver: boolean,
  id: string,
  now: number,
): Mail {
  const many = several(all.length, 'watchlist entry', 'watchlist entries')
  const when = `${isOver ? 'ended' : 'end'} ${daysOf(all)}`
  const next = isOver
    ? 'They were not validated in time and no longer match.'
    : 'Validate those whose plates still matter; close the others. Those with which you do nothing expire.'
  const text = `${owner.name},\n\n${many} of yours (${casesOf(all)}) ${when}. ${next} ${idsOf(all)}\n`
  return mail(id, owner, `${many} of yours ${when}`, text, now)
}

/**
 * For an owner who may no longer use displays, or has left the case: asks the supervisor immediately, and again before
 * the end, to hand the display over or close it.
 */
export function orphanNotice(
  display: Display,
  supervisor: Person,
  isLeftOut: boolean,
  now: number,
): Due | null {
  const { id, owner, caseRef, expiresAt } = display
  if (statusOf(display, now) !== 'active') return null
  const stage = `left${noticeDay(expiresAt, now) ?? ''}`
  const hour = dueHour(display, now)
  // When the owner left is not stored, but those of a case from which somebody was removed are left at once.
  const group = `displays-${hashOf(owner, supervisor.id, isLeftOut ? caseRef : '', String(hour ?? ''))}-${stage}`
  const about = `display-${hashOf(id, owner, supervisor.id)}-${stage}`
  const alone = () => {
    const text = `${supervisor.name},\n\n${owner} owns the watchlist entry ${id} (${caseNamed(display)}) but may no longer keep it. Hand it over to an analyst on the case, or close it. If you do nothing, it expires on ${expiresAt}.\n`
    return mail(about, supervisor, `A watchlist entry of ${owner} needs an owner`, text, now)
  }
  return {
    ...{ display, id: about, group, from: hour === null ? now : endOfHour(hour) },
    mail: alone,
    together: (all) => orphansTogetherNotice(all, supervisor, group, now),
  }
}

/** The same of many displays of one owner at once. */
function orphansTogetherNotice(all: readonly Display[], supervisor: Person, id: string, now: number): Mail {
  const { owner } = all[0]!
  const many = several(all.length, 'watchlist entry', 'watchlist entries')
  const text = `${supervisor.name},\n\n${owner} owns ${many} (${casesOf(all)}) but may no longer keep them. Hand each over to an analyst on its case, or close it. If you do nothing, they expire ${daysOf(all)}. ${idsOf(all)}\n`
  return mail(id, supervisor, `${many} of ${owner} need an owner`, text, now)
}

/** The reference of a display's case, without the plate after which people may have named it. */
const caseNamed = ({ caseRef, plate }: Display): string => withoutPlates(caseRef, [plate])

/** References of the cases of displays, at most twenty, without plates of theirs. */
function casesOf(displays: readonly Display[]): string {
  const platesOf = new Map<string, string[]>()
  for (const { caseRef, plate } of displays) {
    const plates = platesOf.get(caseRef)
    if (!plates) platesOf.set(caseRef, [plate])
    // A pattern takes a millisecond to look for.
    else if (plates.length < 1000) plates.push(plate)
  }
  const names = [...platesOf].slice(0, 20).map(([caseRef, plates]) => withoutPlates(caseRef, plates))
  return [...names, ...(platesOf.size > 20 ? ['…'] : [])].join(', ')
}

/** Which displays these are: nobody reads more ids than these. */
const idsOf = (displays: readonly Display[]): string =>
  displays.length > 50
    ? 'The console lists them under Watchlist.'
    : `They are: ${displays.map(({ id }) => id).join(', ')}`

/** The days on which displays end, in words. */
function daysOf(displays: readonly Display[]): string {
  const days = displays.map(({ expiresAt }) => expiresAt.slice(0, 10)).sort()
  return days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`
}

/** Tells the new owner of a display about it, and until when it must be validated (DSP-3). */
export function handedOverNotice({ display, revision }: StoredDisplay, owner: Person, now: number): Mail {
  const { id, expiresAt } = display
  const text = `${owner.name},\n\nYou now own the watchlist entry ${id} (${caseNamed(display)}). If the plate still matters, validate the entry before ${expiresAt}; if not, close it.\n`
  const about = `display-${hashOf(id, owner.id)}-handed-${revision}`
  return mail(about, owner, 'A watchlist entry was handed over to you', text, now)
}

/** Tells an owner that a display ended with its case. @param cause as in the audit log */
export function closedNotice(display: Display, owner: Person, cause: string, now: number): Mail {
  const { id } = display
  const text = `${owner.name},\n\nYour watchlist entry ${id} (${caseNamed(display)}) was closed: ${cause}. It no longer matches. If the plate matters to another case, add a new entry for it.\n`
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
  const text = `${owner.name},\n\n${many} of yours (${casesOf(closed)}) were closed: ${cause}. They no longer match. If a plate matters to another case, add a new entry for it.\n`
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
