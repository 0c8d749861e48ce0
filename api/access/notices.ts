import { type Clock, instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { emptyFile } from './requests.ts'

/**
 * E-mails that are due, computed only from stored dates. A sweep that was down sends what it missed, and one that runs
 * twice sends nothing twice, because the id of each e-mail says what it is about.
 */

const DAY_MS = 86_400_000

/** Days before an end on which a notice is sent. */
export const NOTICE_DAYS = [60, 30, 7] as const

/** The notice that is due now: the nearest one reached, 0 when the end has been reached. null before the first. */
export function noticeDay(validUntil: string, now: number): number | null {
  const left = Date.parse(validUntil) - now
  if (left <= 0) return 0
  return NOTICE_DAYS.findLast((days) => left <= days * DAY_MS) ?? null
}

/** How long after an event its notice is still sent, days. E-mails are kept longer than this, so none is sent twice. */
const LATE_DAYS = 30

/** All notices for a person at this instant. Those already written have the same ids. */
export function dueNotices(person: Person, file: AccessFile, now: number): Mail[] {
  if (person.state === 'suspended') return []
  const hasRole = person.offices.length > 0 || file.requests.some(({ state }) => state === 'granted')
  const dates = [
    { what: 'training', end: file.training?.validUntil, ...TRAINING },
    { what: 'certification', end: file.certification?.validUntil, ...CERTIFICATION },
  ]
  const reminders = !hasRole
    ? []
    : dates.flatMap(({ what, end, name, next }) => {
        const days = end === undefined ? null : noticeDay(end, now)
        if (end === undefined || days === null || now - Date.parse(end) > LATE_DAYS * DAY_MS) return []
        const day = end.slice(0, 10)
        const subject = days === 0 ? `Your ${name} ended on ${day}` : `Your ${name} ends on ${day}`
        const text = `${person.name},\n\n${subject}. ${next}\nYour access to Sightline ${days === 0 ? 'ended' : 'ends'} on the same day.\n`
        return [mail(`${what}-${person.id}-${day}-${days}`, person, subject, text, now)]
      })
  const grants = file.requests
    .filter(({ state, steps }) => {
      const last = steps.at(-1)
      return state === 'granted' && last !== undefined && now - Date.parse(last.at) < LATE_DAYS * DAY_MS
    })
    .map(({ id, sources }) => grantMail(id, person, sources, now))
  return [...grants, ...reminders]
}

const TRAINING = {
  name: 'security and privacy training',
  next: 'Complete it again, and have your supervisor record the certificate.',
}
const CERTIFICATION = {
  name: 'certified access',
  next: 'A system owner certifies it each year. Tell them whether you still need it.',
}

/** The e-mail that authorizes access and states the appropriate use (ACC-2). */
function grantMail(requestId: string, person: Person, sources: readonly string[], now: number): Mail {
  const text = `${person.name},

You are authorized to use license plate reads in Sightline from these sources: ${sources.join(', ')}.

Appropriate use:
- Search only for an ongoing enforcement or border-security case, and name it.
- A read is a lead, not a fact. Compare the image with the read before you act.
- Save only what is relevant, with the reason. Close watchlist entries that no longer matter.
- Share outside the agency only under a legal authority, and record it.
- Every search is logged under your name and reviewed.

Your access works while your yearly training is current and a system owner certifies you each year.
`
  return mail(`grant-${person.id}-${requestId}`, person, 'Your access to Sightline is authorized', text, now)
}

/** Tells the former address that e-mails no longer go there. @param revision of the account before the change */
export function addressChangedNotice(person: Person, revision: number, now: number): Mail {
  const text = `${person.name},\n\nAn administrator changed the address for your Sightline e-mail. This is the last message to this address. If you did not ask for this, tell your supervisor at once: whoever has the new address could set up your account.\n`
  return mail(`email-${person.id}-${revision}`, person, 'Your address in Sightline was changed', text, now)
}

export function mail(
  id: string,
  { email }: Pick<Person, 'email'>,
  subject: string,
  text: string,
  now: number,
): Mail {
  return { v: 1, id, to: email, subject, text, createdAt: instant(now), sentAt: null }
}

/** Posts all due notices about access that were not posted before (ACC-2 to ACC-4). */
export async function sweepAccess(
  stores: Pick<PeopleStores, 'people' | 'access'>,
  mailbox: Mailbox,
  clock: Clock,
): Promise<void> {
  const posted = await mailbox.ids()
  const files = new Map((await stores.access.all()).map(({ value }) => [value.person, value]))
  for (const { value: person } of await stores.people.all()) {
    const due = dueNotices(person, files.get(person.id) ?? emptyFile(person.id), clock())
    for (const mail of due) if (!posted.has(mail.id)) await mailbox.post(mail)
  }
}
