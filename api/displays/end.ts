import { instant } from '@sightline/runtime/clock'
import { type Display, VALIDATION_YEARS, validationEnds } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import { endByDay } from '@sightline/schemas/year'

/**
 * When a display ends: on the requested day, and at the latest a year after its validation (DSP-3). The last day of
 * that year is always accepted.
 * @param now milliseconds
 * @throws MESSAGE_INVALID for an invalid date; RULE_BROKEN when it is past or too late
 */
export function endOf(wanted: string | undefined, validatedAt: string, now: number): string {
  const latest = validationEnds(new Date(validatedAt))
  if (wanted === undefined) return latest.toISOString()
  const end = Date.parse(wanted)
  // The schema accepts 31 February; the calendar does not.
  if (Number.isNaN(end) || instant(end) !== wanted) {
    throw new SightlineError('MESSAGE_INVALID', 'body/expiresAt is not a valid date')
  }
  if (end <= now) {
    throw new SightlineError('RULE_BROKEN', 'expiresAt is not in the future', {
      hint: 'To end a watchlist entry now, close it: POST /v1/displays/:id/close (DSP-5).',
    })
  }
  const held = endByDay(end, latest.getTime())
  if (held === undefined) {
    throw new SightlineError(
      'RULE_BROKEN',
      `expiresAt is more than ${VALIDATION_YEARS} year after the last validation; the entry must be validated by then (DSP-3)`,
      { hint: `The latest possible date is ${latest.toISOString()}. Leave out expiresAt to use it.` },
    )
  }
  return instant(held)
}

/**
 * The display, ending with its case at the latest.
 * @param caseUntil instant until which the case is kept
 * @param wanted end that somebody asked for, if they did
 * @throws RULE_BROKEN when that is later
 */
export function withinCase(display: Display, caseUntil: string, wanted?: string): Display {
  if (display.expiresAt <= caseUntil) return display
  const isSameDay = endByDay(Date.parse(display.expiresAt), Date.parse(caseUntil)) !== undefined
  if (wanted === undefined || isSameDay) return { ...display, expiresAt: caseUntil }
  throw new SightlineError('RULE_BROKEN', 'expiresAt is after the end of the case (DSP-5)', {
    hint: `The case is kept until ${caseUntil}. Its owner may renew it (POST /v1/cases/{id}/renewal).`,
  })
}
