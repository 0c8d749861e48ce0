import { randomBytes } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { Display, NewDisplay } from '@sightline/schemas/display'
import { checkDisplay, normalisePattern } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import { endOf } from './end.ts'
import { DISPLAY_NOTICE } from './notice.ts'

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
