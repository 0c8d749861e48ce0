import { createHash } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { Case } from '@sightline/schemas/case'
import type { Dissemination, NewDissemination } from '@sightline/schemas/dissemination'
import { SightlineError } from '@sightline/schemas/errors'
import type { FoundRead } from '@sightline/schemas/federated-search'
import type { Lookout, NewAlertLookout, NewLookout } from '@sightline/schemas/lookout'
import { normalizePlate } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import type { NewSavedRead, SavedRead } from '@sightline/schemas/saved-read'
import type { Answered } from '../history/cache.ts'
import { newRetention } from './retention.ts'
import { stepCase } from './steps.ts'
import { requireSubstance } from './substance.ts'

/**
 * A single result of a query, kept in a case with its provenance (QRY-8), no longer than the case.
 * @param found as the vendors sent it: nobody types what is saved
 * @throws RULE_BROKEN, CONFLICT, MESSAGE_INVALID
 */
export function newSavedRead(
  one: Case,
  { reason, retainUntil }: NewSavedRead,
  { found, answered }: { found: FoundRead; answered: Answered },
  by: string,
  now: number,
): SavedRead {
  stepCase(one, 'save')
  requireSubstance(reason, 'reason for saving', 'QRY-8')
  const { query, askedAt, caseRef, purpose } = answered
  const retention = newRetention(retainUntil, now)
  const until = [retention.until, one.retention.until].sort()[0]!
  return {
    v: 1,
    case: one.id,
    read: found.read,
    reason,
    savedBy: by,
    savedAt: instant(now),
    provenance: { query, vendors: found.vendors, askedAt, caseRef, purpose },
    retention: { ...retention, until },
  }
}

/**
 * A lookout from a saved read (AUD-9). Its plate comes from the read, after the person has entered the plate in the
 * image and it is the same (DSP-7).
 * @throws RULE_BROKEN, PLATE_IMPOSSIBLE, MESSAGE_INVALID, CONFLICT
 */
export function newLookout(
  one: Case,
  { reason, plateSeen, retainUntil }: NewLookout,
  { read, savedBy, savedAt, provenance }: SavedRead,
  { id, by, now }: { id: string; by: string; now: number },
): Lookout {
  stepCase(one, 'save')
  requireSubstance(reason, 'reason for a lookout', 'AUD-9')
  if (normalizePlate(plateSeen) !== read.plate) {
    throw new SightlineError(
      'RULE_BROKEN',
      'the plate you entered is not the plate that the camera read (DSP-7)',
      {
        hint: 'A lookout cannot be created for a misread plate. Look at the image again, or delete the saved read.',
      },
    )
  }
  return lookoutIn(one, read, {
    ...{ id, plate: read.plate, region: read.region, reason },
    provenance: { savedBy, savedAt, ...provenance },
    verified: { by, at: instant(now) },
    ...{ createdBy: by, createdAt: instant(now), retention: newRetention(retainUntil, now) },
  })
}

/**
 * A lookout from a verified alert (AUD-9, DSP-7), for the case of its display. Its plate is what the verifier read in
 * the image.
 * @throws RULE_BROKEN, CONFLICT, MESSAGE_INVALID
 */
export function newAlertLookout(
  one: Case,
  { reason, retainUntil }: NewAlertLookout,
  { alert: { id: alertId, display, read }, work: { state, verdict } }: { alert: Alert; work: AlertWork },
  { id, by, now }: { id: string; by: string; now: number },
): Lookout {
  stepCase(one, 'save')
  requireSubstance(reason, 'reason for a lookout', 'AUD-9')
  if (display.caseRef !== one.caseRef && display.caseRef !== one.id) {
    throw new SightlineError('RULE_BROKEN', "this is not the case of the alert's watchlist entry (AUD-9)", {
      hint: `Its case is ${display.caseRef}.`,
    })
  }
  if (state !== 'verified' || verdict === null || verdict.plate === null) {
    throw new SightlineError(
      'RULE_BROKEN',
      'nobody has verified the alert yet, so it is only a lead (DSP-7)',
      {
        hint: 'Claim it, look at the image, and verify it first.',
      },
    )
  }
  return lookoutIn(one, read, {
    ...{ id, plate: verdict.plate, region: verdict.region ?? read.region, reason },
    provenance: { alert: alertId, display: display.id },
    verified: { by: verdict.by, at: verdict.at },
    ...{ createdBy: by, createdAt: instant(now), retention: newRetention(retainUntil, now) },
  })
}

/** An active lookout in a case. @param more with its provenance except for the read */
function lookoutIn(
  one: Case,
  read: Read,
  more: Omit<Lookout, 'v' | 'case' | 'caseRef' | 'provenance' | 'state'> & {
    provenance:
      | (Pick<SavedRead, 'savedBy' | 'savedAt'> & SavedRead['provenance'])
      | { alert: string; display: string }
  },
): Lookout {
  const origin = { read: read.id, seenAt: read.seenAt, camera: read.camera.id, source: read.source }
  const provenance = { ...origin, ...more.provenance }
  return { v: 1, ...more, case: one.id, caseRef: one.caseRef, provenance, state: 'active' }
}

/** Closes a lookout permanently. @throws CONFLICT */
export function endLookout(lookout: Lookout): Lookout {
  if (lookout.state === 'closed') throw new SightlineError('CONFLICT', 'the lookout is already closed')
  return { ...lookout, state: 'closed' }
}

/**
 * The record that something was shared outside the agency, by any route (AUD-7).
 * @param contents everything that was shared, of which the digest is kept
 */
export function recordDissemination(
  what: Omit<Dissemination, 'v' | 'id' | 'digest' | 'by' | 'at'>,
  contents: unknown,
  { id, by, now }: { id: string; by: string; now: number },
): Dissemination {
  const digest = createHash('sha256').update(JSON.stringify(contents)).digest('hex')
  return { v: 1, id, ...what, digest, by, at: instant(now) }
}

/** The same for what is shared from a case. @throws RULE_BROKEN */
export function newDissemination(
  { id: caseId, caseRef }: Case,
  stated: NewDissemination,
  contents: unknown,
  of: { id: string; by: string; now: number },
): Dissemination {
  requireSubstance(stated.reason, 'reason for passing it on', 'AUD-7')
  return recordDissemination({ case: caseId, caseRef, ...stated }, contents, of)
}
