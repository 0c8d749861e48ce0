import type { Match } from '@sightline/matching'
import { instant } from '@sightline/runtime/clock'
import { type Alert, type Approach, alertId } from '@sightline/schemas/alert'
import { type Display, displayIsActive } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'

/**
 * Whether a match still holds: not when the display was closed, changed to another plate or has expired since (DSP-3,
 * DSP-5).
 * @param display as the bucket has it now
 * @param now milliseconds
 */
export const matchHolds = ({ plate }: Match, display: Display, now: number): boolean =>
  display.plate === plate && displayIsActive(display, now)

/**
 * The alert of a match. Pure.
 * @param storedAt when the broker stored the read (milliseconds)
 */
export function alertOf(
  { kind, probability, differs, unchecked }: Match,
  { id, plate, region, priority, reason, caseRef, owner }: Display,
  read: Read,
  { approach, standsFor }: { approach: Approach | null; standsFor: string | undefined },
  storedAt: number,
  now: number,
): Alert {
  return {
    v: 1,
    id: alertId(id, read),
    raisedAt: instant(now),
    readStoredAt: instant(storedAt),
    match: {
      ...{ kind, probability },
      ...(differs && { differs: [...differs] }),
      ...(unchecked && { unchecked: [...unchecked] }),
    },
    ...(approach && { approach }),
    ...(standsFor !== undefined && { standsFor }),
    display: { id, plate, region, priority, reason, caseRef, owner },
    read,
  }
}
