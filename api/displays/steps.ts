import { instant } from '@sightline/runtime/clock'
import {
  type Display,
  type DisplayChange,
  displayIsActive,
  type LastStep,
  type NewReview,
  type Validation,
} from '@sightline/schemas/display'
import { checkDisplay } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import { endOf } from './end.ts'
import { mayStep, type Party } from './parties.ts'
import type { Quarter } from './quarter.ts'

/**
 * Every step on a stored display. However a display ended, it cannot be reopened: whoever needs it again stores a new
 * one, and confirms the notice again. Every function here is pure, takes the instant in milliseconds, and throws
 * CONFLICT when the display has ended, NOT_ALLOWED when another person must take the step.
 */

/** State of a display at an instant: as stored, or `expired` because its time is over (DSP-3). */
export type Standing = Display['state'] | 'expired'

export function standingOf(display: Display, now: number): Standing {
  if (display.state !== 'active') return display.state
  return displayIsActive(display, now) ? 'active' : 'expired'
}

const ENDED: Record<Exclude<Standing, 'active'>, string> = {
  closed: 'the watchlist entry was closed (DSP-5)',
  rejected: 'oversight rejected the watchlist entry (DSP-4)',
  expired: 'the watchlist entry was not validated in time and has expired (DSP-3)',
}

function mustBeActive(display: Display, now: number): void {
  const standing = standingOf(display, now)
  if (standing === 'active') return
  throw new SightlineError('CONFLICT', ENDED[standing], {
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

/** Changes a display, by its owner (DSP-5). @throws RULE_BROKEN, MESSAGE_INVALID for an impossible value */
export function changed(display: Display, change: DisplayChange, by: Party, now: number): Display {
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
export function closed(display: Display, by: Party): Display {
  mayStep('close', display, by)
  if (display.state === 'rejected') throw new SightlineError('CONFLICT', ENDED.rejected)
  return { ...display, state: 'closed' }
}

/**
 * Validates a display: its owner says that it still matters, for a year from now, or less (DSP-3).
 * @throws RULE_BROKEN, MESSAGE_INVALID
 */
export function validated(display: Display, { expiresAt }: Validation, by: Party, now: number): Display {
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
export function handedOver(
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
export function reviewed(display: Display, { verdict, reason }: NewReview, by: Party, now: number): Display {
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
  if (standingOf(display, now) !== 'active' || Date.parse(createdAt) >= quarter.end) return false
  return review === undefined || Date.parse(review.at) < quarter.start
}
