import { randomBytes } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import {
  type Display,
  type DisplayChange,
  displayIsActive,
  type LastStep,
  type NewDisplay,
  type NewReview,
  VALIDATION_YEARS,
  type Validation,
  validationEnds,
} from '@sightline/schemas/display'
import { checkDisplay, normalizePattern } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import { endByDay } from '@sightline/schemas/year'
import { DISPLAY_NOTICE } from './notice.ts'
import { mayStep, type Party } from './parties.ts'
import type { Quarter } from './quarter.ts'

/**
 * Every step of a display, from the request that stores it to its end. An ended display cannot be reopened: a person
 * who needs it again stores a new one, and confirms the notice again. Every function here is pure, takes the instant in
 * milliseconds, and throws CONFLICT when the display has ended, NOT_ALLOWED when another person must take the step.
 */

/** State of a display at an instant: as stored, or `expired` because its time is over (DSP-3). */
export type DisplayStatus = Display['state'] | 'expired'

export function statusOf(display: Display, now: number): DisplayStatus {
  if (display.state !== 'active') return display.state
  return displayIsActive(display, now) ? 'active' : 'expired'
}

const ENDED: Record<Exclude<DisplayStatus, 'active'>, string> = {
  closed: 'the watchlist entry was closed (DSP-5)',
  rejected: 'oversight rejected the watchlist entry (DSP-4)',
  expired: 'the watchlist entry was not validated in time and has expired (DSP-3)',
}

function mustBeActive(display: Display, now: number): void {
  const status = statusOf(display, now)
  if (status === 'active') return
  throw new SightlineError('CONFLICT', ENDED[status], {
    hint: 'It cannot be reopened. If the plate matters again, add a new entry.',
  })
}

/** A display after a step, with the step in it (`lastStep`), so that the revisions in the bucket are its history. */
export const stepTaken = (
  display: Display,
  { action, by, reason }: Pick<LastStep, 'action' | 'by'> & { reason?: string | undefined },
  now: number,
): Display => ({
  ...display,
  lastStep: { action, by, at: instant(now), ...(reason !== undefined && { reason }) },
})

/**
 * The requested display.
 * @param now milliseconds
 * @throws CONFLICT when the confirmed notice is not the current one (DSP-2); PLATE_IMPOSSIBLE; RULE_BROKEN when it
 * would end in the past, live longer than DSP-3 allows, or breaks a rule of `checkDisplay`
 */
export function newDisplay(request: NewDisplay, owner: string, now: number): Display {
  if (request.confirmNotice !== DISPLAY_NOTICE.version) {
    throw new SightlineError('CONFLICT', 'you confirmed an older version of the notice (DSP-2)', {
      hint: 'Read GET /v1/displays/notice and confirm its version.',
    })
  }
  const at = instant(now)
  const { minProbability, only, strict, portsOfEntry } = request
  const display: Display = {
    v: 1,
    id: newDisplayId(now),
    plate: normalizePattern(request.plate),
    region: request.region ?? null,
    priority: request.priority ?? 'normal',
    reason: request.reason,
    caseRef: request.caseRef,
    owner,
    state: 'active',
    createdAt: at,
    noticeConfirmedAt: at,
    validatedAt: at,
    expiresAt: endOf(request.expiresAt, at, now),
    noticeVersion: request.confirmNotice,
    lastStep: { action: 'create', by: owner, at },
    ...(minProbability !== undefined && { minProbability }),
    ...(only && { only }),
    ...(strict && { strict }),
    ...(portsOfEntry && { portsOfEntry }),
  }
  checkDisplay(display)
  return display
}

/** An id that begins with the time, so that ids sort by creation: milliseconds in base 36, then 72 random bits. */
function newDisplayId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(9).toString('base64url')}`
}

/** Changes a display, by its owner (DSP-5). @throws RULE_BROKEN, MESSAGE_INVALID for an impossible value */
export function withChange(display: Display, change: DisplayChange, by: Party, now: number): Display {
  mayStep('update', display, by)
  mustBeActive(display, now)
  const { expiresAt, ...rest } = change
  const merged = { ...display, ...rest }
  if (expiresAt !== undefined) merged.expiresAt = endOf(expiresAt, display.validatedAt, now)
  // Null removes a limit; a null region means any region.
  const { minProbability, only, strict, portsOfEntry, ...plain } = merged
  const next: Display = {
    ...plain,
    ...(minProbability != null && { minProbability }),
    ...(only && { only }),
    ...(strict && { strict }),
    ...(portsOfEntry && { portsOfEntry }),
  }
  checkDisplay(next)
  return next
}

/** Closes a display (DSP-5). An expired display may be closed, too. */
export function endDisplay(display: Display, by: Party): Display {
  mayStep('close', display, by)
  if (display.state === 'rejected') throw new SightlineError('CONFLICT', ENDED.rejected)
  return { ...display, state: 'closed' }
}

/**
 * Validates a display: its owner says that it still matters, for a year from now, or less (DSP-3).
 * @throws RULE_BROKEN, MESSAGE_INVALID
 */
export function withValidation(display: Display, { expiresAt }: Validation, by: Party, now: number): Display {
  mayStep('validate', display, by)
  mustBeActive(display, now)
  const validatedAt = instant(now)
  return { ...display, validatedAt, expiresAt: endOf(expiresAt, validatedAt, now) }
}

/**
 * Hands a display over to another owner, by the supervisor. Its end does not change: the new owner must validate it by
 * the same day.
 * @param isAnalyst whether `to` may use displays at this instant
 * @throws RULE_BROKEN when the new owner is the old one or may not use displays
 */
export function withNewOwner(
  display: Display,
  { id: to, isAnalyst }: { id: string; isAnalyst: boolean },
  by: Party,
  now: number,
): Display {
  mayStep('hand-over', display, by)
  mustBeActive(display, now)
  const refuse = (message: string, hint: string) => {
    throw new SightlineError('RULE_BROKEN', `${message} (DSP-3)`, { hint })
  }
  if (to === display.owner)
    refuse(`${to} already owns the entry`, 'Name another analyst, or close the entry.')
  if (!isAnalyst) {
    refuse(
      `${to} is not an analyst with certified access and current training`,
      'Name a person who may add watchlist entries, or close this one.',
    )
  }
  return { ...display, owner: to }
}

/** Reviewed by oversight; rejected, it matches nothing from the next read on (DSP-4). */
export function withReview(
  display: Display,
  { verdict, reason }: NewReview,
  by: Party,
  now: number,
): Display {
  mayStep('review', display, by)
  mustBeActive(display, now)
  const review = { at: instant(now), by: by.id, verdict, reason }
  return { ...display, state: verdict === 'rejected' ? 'rejected' : 'active', review }
}

/**
 * Whether oversight must still review a display in a quarter (DSP-4): all that were active in it, including new ones.
 */
export function reviewIsDue(display: Display, quarter: Quarter, now: number): boolean {
  const { createdAt, review } = display
  if (statusOf(display, now) !== 'active' || Date.parse(createdAt) >= quarter.end) return false
  return review === undefined || Date.parse(review.at) < quarter.start
}

/**
 * When a display ends: on the requested day, and at the latest a year after its validation (DSP-3). The last day of
 * that year is always accepted.
 * @param now milliseconds
 * @throws MESSAGE_INVALID for an invalid date; RULE_BROKEN when it is past or too late
 */
function endOf(wanted: string | undefined, validatedAt: string, now: number): string {
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
export function endWithCase(display: Display, caseUntil: string, wanted?: string): Display {
  if (display.expiresAt <= caseUntil) return display
  const isSameDay = endByDay(Date.parse(display.expiresAt), Date.parse(caseUntil)) !== undefined
  if (wanted === undefined || isSameDay) return { ...display, expiresAt: caseUntil }
  throw new SightlineError('RULE_BROKEN', 'expiresAt is after the end of the case (DSP-5)', {
    hint: `The case is kept until ${caseUntil}. Its owner may renew it (POST /v1/cases/{id}/renewal).`,
  })
}
