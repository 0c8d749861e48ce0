import type { Display } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import { noticeDay } from '../access/notices.ts'

/**
 * Many due e-mails of one kind to one person become one, because nobody reads thousands. Computed only from stored
 * dates and from which e-mails were posted, so a sweep that was down sends what it missed, and none is sent twice. Pure.
 */

/** Displays of one kind that are told one by one; more are one e-mail. */
const ONE_BY_ONE = 5
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** A due e-mail about one display. */
export interface Due {
  display: Display
  /** Of the e-mail. */
  id: string
  mail(): Mail
  /** Same for those that may be told together: the id of the e-mail that does. */
  group: string
  /** From when they may be told together, milliseconds: by then the group is complete. */
  from: number
  /** The e-mail that tells of all of these. */
  together(displays: readonly Display[]): Mail
}

/**
 * The hour in which the notice that is due now became due, in hours since 1970; null before the first. A display that was
 * changed since is announced again, because its end or its owner may be others.
 */
export function dueHour({ expiresAt, validatedAt, lastStep }: Display, now: number): number | null {
  const days = noticeDay(expiresAt, now)
  if (days === null) return null
  const changedAt = lastStep && lastStep.action !== 'review' ? lastStep.at : validatedAt
  const reached = Date.parse(expiresAt) - days * DAY_MS
  return Math.floor(Math.max(reached, Date.parse(validatedAt), Date.parse(changedAt)) / HOUR_MS)
}

/** When an hour is over, milliseconds since 1970. */
export const endOfHour = (hour: number): number => (hour + 1) * HOUR_MS

/**
 * The e-mails to post now.
 * @param posted ids of those that were
 */
export function toPost(all: readonly Due[], posted: ReadonlySet<string>, now: number): Mail[] {
  const groups = new Map<string, Due[]>()
  for (const due of all) {
    if (posted.has(due.id) || posted.has(due.group)) continue
    const group = groups.get(due.group)
    if (group) group.push(due)
    else groups.set(due.group, [due])
  }
  return [...groups.values()].flatMap((group) => {
    if (group.length <= ONE_BY_ONE) return group.map((due) => due.mail())
    const { from, together } = group[0]!
    return now < from ? [] : [together(group.map(({ display }) => display))]
  })
}
