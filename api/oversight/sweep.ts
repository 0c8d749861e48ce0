import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'
import type { Mailbox } from '../shared/mail.ts'
import { valuesOf } from '../shared/records.ts'
import { beginningOf } from './audit-lookup.ts'
import { type DueList, dueReviews } from './due.ts'
import type { OversightDeps } from './open.ts'
import { quarterNamed } from './review.ts'

const DAY_MS = 86_400_000
/** Days after the end of a quarter on which oversight is reminded that its review is not signed. */
const REMINDERS = [0, 30, 60, 90]

/**
 * E-mails about due reviews of the audit log (AUD-3), from stored dates alone: the latest reminder of each quarter
 * whose day has come. The id names the reminder, so none is sent twice and a sweep that was down sends what it missed.
 */
export function auditReviewNotices(
  due: DueList['auditReviews'],
  oversight: readonly Person[],
  now: number,
): Mail[] {
  return due.flatMap(({ quarter, state, left }) => {
    const days = (now - quarterNamed(quarter).end) / DAY_MS
    const reminder = REMINDERS.findLast((day) => days >= day)
    if (reminder === undefined) return []
    const rest = state === 'open' ? `${left} of its items are not reviewed yet` : 'nobody has opened it yet'
    return oversight.map((person) =>
      mail(
        `audit-review-${quarter}-${person.id}-${reminder}`,
        person,
        `The audit log of ${quarter} is due for review`,
        `${person.name},\n\nThe review of the audit log of ${quarter} is due: ${rest}. Open it in the console: /oversight/reviews/${quarter}\n`,
        now,
      ),
    )
  })
}

type SweepDeps = Pick<OversightDeps, 'auditLookup' | 'reviews' | 'people' | 'clock'> & {
  mailbox: Pick<Mailbox, 'ids' | 'post'>
}

/** Posts due e-mails that were not posted before; nothing depends on when it runs. */
export async function sweepOversight({
  auditLookup,
  reviews,
  people,
  clock,
  mailbox,
}: SweepDeps): Promise<void> {
  const now = clock()
  const due = dueReviews(await valuesOf(reviews), await beginningOf(auditLookup), now)
  if (due.length === 0) return
  const everybody = await valuesOf(people)
  const oversight = everybody.filter(
    ({ state, offices }) => state === 'active' && offices.includes('oversight'),
  )
  const posted = await mailbox.ids()
  for (const notice of auditReviewNotices(due, oversight, now)) {
    if (!posted.has(notice.id)) await mailbox.post(notice)
  }
}
