import { instant } from '../runtime/clock.ts'
import { type Alert, type Approach, alertId } from '../schemas/alert.ts'
import { type Display, displayIsActive } from '../schemas/display.ts'
import type { Read } from '../schemas/read.ts'
import type { Match } from './index/index.ts'

/**
 * The alert of a match. Pure.
 * @param display as the bucket has it now
 * @param storedAt when the broker stored the read (milliseconds)
 * @returns null when the display was closed, changed to another plate or has expired since the match (DSP-5)
 */
export function alertOf(
  { kind, plate, probability }: Match,
  display: Display,
  read: Read,
  approach: Approach | null,
  storedAt: number,
  now: number,
): Alert | null {
  if (display.plate !== plate || !displayIsActive(display, now)) return null
  const { id, priority, reason, caseRef, owner } = display
  return {
    v: 1,
    id: alertId(id, read.id),
    raisedAt: instant(now),
    readStoredAt: instant(storedAt),
    match: { kind, probability },
    ...(approach && { approach }),
    display: { id, plate, priority, reason, caseRef, owner },
    read,
  }
}
