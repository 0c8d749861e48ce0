import { randomBytes } from 'node:crypto'
import { instant } from '../runtime/clock.ts'
import { type Display, type NewDisplay, VALIDATION_YEARS, validationEnds } from '../schemas/display.ts'
import { checkDisplay, normalisePattern } from '../schemas/display-rules.ts'
import { SightlineError } from '../schemas/errors.ts'

/**
 * The display that a request asks for; the confirmed notice (DSP-2) is part of the request's schema.
 * @param now milliseconds
 * @throws PLATE_IMPOSSIBLE; RULE_BROKEN when it would end in the past, live longer than DSP-3 allows, or breaks a rule
 * of `checkDisplay`
 */
export function newDisplay(request: NewDisplay, owner: string, now: number): Display {
  const at = instant(now)
  const { minProbability, only, portsOfEntry } = request
  const display: Display = {
    v: 1,
    id: newDisplayId(now),
    plate: normalisePattern(request.plate),
    region: request.region ?? null,
    priority: request.priority ?? 'normal',
    reason: request.reason,
    caseRef: request.caseRef,
    owner,
    state: 'active',
    createdAt: at,
    noticeConfirmedAt: at,
    validatedAt: at,
    expiresAt: expiry(request.expiresAt, now),
    ...(minProbability !== undefined && { minProbability }),
    ...(only && { only }),
    ...(portsOfEntry && { portsOfEntry }),
  }
  checkDisplay(display)
  return display
}

function expiry(wanted: string | undefined, now: number): string {
  const latest = validationEnds(new Date(now))
  if (wanted === undefined) return latest.toISOString()
  const end = Date.parse(wanted)
  // The schema lets 31 February through; the calendar does not.
  if (Number.isNaN(end) || instant(end) !== wanted) {
    throw new SightlineError('MESSAGE_INVALID', 'body/expiresAt is not a day of the calendar')
  }
  if (end <= now) throw new SightlineError('RULE_BROKEN', 'expiresAt is not in the future')
  if (end > latest.getTime()) {
    throw new SightlineError(
      'RULE_BROKEN',
      `expiresAt is more than ${VALIDATION_YEARS} year ahead: a display must be validated within that time (DSP-3)`,
      { hint: `The latest possible is ${latest.toISOString()}; without expiresAt it is taken.` },
    )
  }
  return wanted
}

/** An id that begins with the time, so that ids sort by creation: milliseconds in base 36, then 72 random bits. */
function newDisplayId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(9).toString('base64url')}`
}
