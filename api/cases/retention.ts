import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { Renewal, Retention } from '@sightline/schemas/retention'
import { yearsAfter } from '@sightline/schemas/year'
import { requireSubstance } from './substance.ts'

/** Retention without a stated end, and the longest from one statement to the next, years (AUD-6). */
export const RETENTION_YEARS = { default: 1, longest: 5 }

/** Whether retention has ended: the object then counts as deleted, whether or not a sweep has run. */
export const isOver = ({ until }: Retention, now: number): boolean => Date.parse(until) <= now

/** @throws MESSAGE_INVALID for an invalid date; RULE_BROKEN when it is past or too far ahead */
function checkedUntil(until: string, now: number): string {
  const end = Date.parse(until)
  // The schema accepts 31 February; the calendar does not.
  if (Number.isNaN(end) || instant(end) !== until) {
    throw new SightlineError('MESSAGE_INVALID', 'the end of retention is not a valid date')
  }
  const latest = yearsAfter(new Date(now), RETENTION_YEARS.longest)
  if (end <= now || end > latest.getTime()) {
    throw new SightlineError('RULE_BROKEN', 'the end of retention is in the past, or too far ahead (AUD-6)', {
      hint: `Give a date up to ${latest.toISOString()}. It can be renewed then.`,
    })
  }
  return until
}

/** @param wanted end; a year from now without it. @throws MESSAGE_INVALID, RULE_BROKEN */
export const newRetention = (wanted: string | undefined, now: number): Retention => ({
  until: wanted
    ? checkedUntil(wanted, now)
    : yearsAfter(new Date(now), RETENTION_YEARS.default).toISOString(),
  renewals: [],
})

/**
 * The object, kept longer with a reason (AUD-6).
 * @throws NOT_FOUND when its retention has ended; MESSAGE_INVALID, RULE_BROKEN
 */
export function renewRetention<T extends { retention: Retention }>(
  one: T,
  { until, reason }: Renewal,
  by: string,
  now: number,
): T {
  if (isOver(one.retention, now)) throw retentionOver()
  requireSubstance(reason, 'reason for keeping it', 'AUD-6')
  checkedUntil(until, now)
  if (until <= one.retention.until) {
    throw new SightlineError(
      'RULE_BROKEN',
      'a renewal must end later than the current retention period (AUD-6)',
      {
        hint: `It is already kept until ${one.retention.until}. To end it earlier, delete it.`,
      },
    )
  }
  const renewal = { at: instant(now), by, until, reason }
  return { ...one, retention: { until, renewals: [...one.retention.renewals, renewal] } }
}

export const retentionOver = (): SightlineError =>
  new SightlineError('NOT_FOUND', 'the retention period has ended, and it is deleted (AUD-6)', {
    hint: 'Renew before the retention period ends.',
  })
