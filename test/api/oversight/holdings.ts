import type { Holdings } from '@sightline/api/oversight/account'
import { alertId } from '@sightline/schemas/alert'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Product } from '@sightline/schemas/product'
import { readId } from '@sightline/schemas/read'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { sampleAlert } from '../harness.ts'

const AT = '2026-11-01T10:00:00.000Z'
const REASON = 'Seen at the crossing on the day of the seizure'
const retention = { until: '2027-11-01T10:00:00.000Z', renewals: [] }
const query = '5f6f3f5e-9c3a-4c43-a1f5-1c5f4d2f8a11'

export function sampleCase(id: string, kind: Case['kind'], plate: string, more: Partial<Case> = {}): Case {
  const subject = { id: 's1', about: { plate }, reason: REASON, ledFrom: null, addedBy: 'jane', addedAt: AT }
  return {
    ...{ v: 1, id, kind, caseRef: `REF-${id}`, title: `Matter ${id}`, authority: '19 U.S.C. 1595a' },
    ...{ purpose: 'Whereabouts of the vehicle after the seizure', subjects: [subject], placeSearches: [] },
    ...{ owner: 'jane', members: [], state: 'open', createdAt: AT, retention, ...more },
  }
}

/** Saved into the case `c-event`. */
export function sampleSaved(plate: string): SavedRead {
  const id = readId('cam-1', AT, plate)
  const position = {
    fix: 'surveyed' as const,
    lat: 32.54,
    lon: -117.03,
    accuracyM: 5,
    headingDeg: null,
    speedMps: null,
  }
  return {
    ...{ v: 1, case: 'c-event', read: { ...sampleAlert(1).read, id, plate, seenAt: AT, position } },
    ...{ reason: REASON, savedBy: 'jane', savedAt: AT, retention },
    provenance: {
      ...{ query, vendors: ['vendor-a'], askedAt: AT, caseRef: 'REF-c-event' },
      purpose: 'Whereabouts of the vehicle after the seizure',
    },
  }
}

const display = (id: string, plate: string): Display => ({
  ...{
    v: 1,
    id,
    plate,
    region: null,
    priority: 'normal',
    reason: REASON,
    caseRef: 'REF-c-event',
    owner: 'jane',
  },
  ...{
    state: 'active',
    createdAt: AT,
    noticeConfirmedAt: AT,
    validatedAt: AT,
    expiresAt: '2027-11-01T10:00:00.000Z',
  },
})

/** Of each kind something about 7ABC123, and something about 9ZZZ999. */
export function sampleHoldings(): Holdings {
  const [mine, other] = [sampleSaved('7ABC123'), sampleSaved('9ZZZ999')]
  const product = (id: string, source: string): Product => ({
    ...{ v: 1, id, workspace: 'c-workspace', retention },
    versions: [
      {
        ...{ number: 1, title: 'On a courier', text: 'What is known of the courier and the vehicle.' },
        ...{ sources: [source], author: 'jane', writtenAt: AT, state: 'draft', review: null },
      },
    ],
  })
  const lookout = (id: string, { read, savedBy, savedAt, provenance }: SavedRead): Lookout => ({
    ...{ v: 1, id, plate: read.plate, region: null, reason: REASON, case: 'c-event', caseRef: 'REF-c-event' },
    provenance: {
      ...{
        read: read.id,
        seenAt: read.seenAt,
        camera: read.camera.id,
        source: read.source,
        savedBy,
        savedAt,
      },
      ...provenance,
    },
    ...{ verified: { by: 'jane', at: AT }, createdBy: 'jane', createdAt: AT, state: 'active', retention },
  })
  const passed = (id: string, what: Dissemination['passed']): Dissemination => ({
    ...{
      v: 1,
      id,
      case: 'c-event',
      caseRef: 'REF-c-event',
      authority: '5 U.S.C. 552a(b)(7)',
      reason: REASON,
    },
    recipient: { name: 'R. Officer', organization: 'Harbor Police' },
    ...{ passed: what, digest: 'a'.repeat(64), by: 'jane', at: AT },
  })
  const worked = (displayId: string, plate: string, seen: string): AlertWork => {
    const reading = { by: 'jane', at: AT, plate: seen, region: null, agreement: 'exact' as const }
    const read = { id: readId('cam-1', AT, plate), source: 'edge', camera: { id: 'cam-1' } }
    return {
      ...{ v: 1, alertId: alertId(displayId, read), sequence: 1, displayId },
      ...{ cameraId: 'cam-1', source: 'edge', state: 'verified', claim: null, tries: [], passedOn: [] },
      verdict: { ...reading, reason: null, pictureSha256: null },
    }
  }
  const claimed: AlertWork = { ...worked('d-exact', '7ABC124', '7ABC124'), state: 'open', verdict: null }
  const alertWork = [
    worked('d-exact', '7ABC123', '7ABC123'),
    claimed,
    worked('d-pattern', '7ABC123', '7ABC123'),
    worked('d-pattern', '7ABX1', '7ABX1'),
    worked('d-other', '9ZZZ999', '9ZZZ999'),
  ]
  const passedAlert: Dissemination = {
    ...passed('x4', { alert: { id: alertWork[0]!.alertId, display: 'd-exact', read: mine.read.id } }),
    ...{ case: null, reason: null },
  }
  return {
    alertWork,
    cases: [
      sampleCase('c-event', 'event', '7ABC123'),
      sampleCase('c-project', 'project', '7ABC123'),
      sampleCase('c-workspace', 'workspace', '7ABC123'),
      sampleCase('c-other', 'event', '9ZZZ999', { title: 'Matter of J. Roe' }),
    ],
    saved: [mine, other],
    products: [product('p1', mine.read.id), product('p2', other.read.id)],
    displays: [display('d-exact', '7ABC123'), display('d-pattern', '7AB?1*'), display('d-other', '9ZZZ999')],
    lookouts: [lookout('l1', mine), lookout('l2', other)],
    disseminations: [
      passed('x1', { reads: [mine.read.id] }),
      passed('x2', { lookout: 'l1' }),
      passed('x3', { lookout: 'l2', reads: [other.read.id] }),
      passedAlert,
    ],
  }
}
