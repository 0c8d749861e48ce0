import type { Alert } from '@sightline/schemas/alert'
import type { AlertWork, PassedOn } from '@sightline/schemas/alert-work'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { Recipient } from '@sightline/schemas/recipient'
import { safeText } from '@sightline/schemas/safe-text'
import { recordDissemination } from '../cases/saving.ts'

/**
 * What leaves the agency with a verified alert, as JSON: the sighting and who verified it, but not why the plate is
 * watched.
 */
export function messageOf(
  { match, read, display }: Alert,
  { alertId, verdict }: AlertWork,
  { id, at, authority }: PassedOn,
  note: string | null,
): string {
  const { plate, region, seenAt, camera, position, vehicle } = read
  return JSON.stringify({
    type: 'alert.verified',
    id,
    at,
    caseRef: display.caseRef,
    authority,
    note,
    alert: { id: alertId, kind: match.kind },
    sighting: { plate, region, seenAt, camera, position, vehicle },
    verification: verdict && {
      plate: verdict.plate,
      region: verdict.region,
      agreement: verdict.agreement,
      by: verdict.by,
      at: verdict.at,
    },
  })
}

/**
 * The same as a letter for people. Text from a camera stays on its line, so that it cannot forge the rest of the
 * letter.
 */
export function letterOf(
  { read, display }: Alert,
  { verdict }: AlertWork,
  { authority, at }: PassedOn,
  { name }: Recipient,
  note: string | null,
): { subject: string; text: string } {
  const { camera, position } = read
  const place = safeText(camera.address ?? '') || (position ? `${position.lat}, ${position.lon}` : 'unknown')
  const lines = [
    `${name},`,
    '',
    `A vehicle with the plate ${verdict?.plate} was seen at ${read.seenAt} (UTC) by the camera ${camera.id} of ${safeText(camera.owner)}; place: ${place}.`,
    `A person compared the image with the read and verified it at ${verdict?.at}.`,
    `Case: ${display.caseRef}. Shared at ${at} under: ${authority}`,
    ...(note ? ['', note] : []),
    '',
  ]
  return { subject: `A verified sighting for ${display.caseRef}`, text: lines.join('\n') }
}

/**
 * The record that a verified alert left the agency, like everything that does (AUD-7).
 * @param contents what was sent
 * @param caseId of the display's case; null when the case is gone
 */
export const alertDissemination = (
  { id: alertId, read, display }: Alert,
  { id, by, at, authority }: PassedOn,
  { name, organization = name }: Recipient,
  contents: unknown,
  caseId: string | null,
): Dissemination =>
  recordDissemination(
    {
      case: caseId,
      caseRef: display.caseRef,
      recipient: { name, organization },
      authority,
      reason: null,
      passed: { alert: { id: alertId, display: display.id, read: read.id } },
    },
    contents,
    { id, by, now: Date.parse(at) },
  )
