import type { Match } from '@sightline/matching'
import { instant } from '@sightline/runtime/clock'
import { type Alert, type Approach, alertId } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'

/** What is known of an alert besides its match. */
export interface AlertFacts {
  approach: Approach | null
  /** Id of the alert without an image that this one also represents. */
  standsFor?: string | undefined
  /** Of test traffic, or of a display of a test. */
  isTest: boolean
}

/**
 * The alert of a match. Pure.
 * @param storedAt when the broker stored the read (milliseconds)
 */
export function alertOf(
  { kind, probability, ofText, evidence, differs, unchecked }: Match,
  { id, plate, region, priority, reason, caseRef, owner }: Display,
  read: Read,
  { approach, standsFor, isTest }: AlertFacts,
  storedAt: number,
  now: number,
): Alert {
  return {
    v: 1,
    id: alertId(id, read),
    raisedAt: instant(now),
    readStoredAt: instant(storedAt),
    match: {
      kind,
      probability,
      ...(ofText !== undefined && { ofText }),
      ...(evidence && { evidence: [...evidence] }),
      ...(differs && { differs: [...differs] }),
      ...(unchecked && { unchecked: [...unchecked] }),
    },
    ...(approach && { approach }),
    ...(isTest && { test: true as const }),
    ...(standsFor !== undefined && { standsFor }),
    display: { id, plate, region, priority, reason, caseRef, owner },
    read,
  }
}
