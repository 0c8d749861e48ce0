import { randomBytes } from 'node:crypto'
import { emptyFile } from '@sightline/api/access/requests'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { newNkey } from '@sightline/broker/nkey'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import { type Alert, alertId } from '@sightline/schemas/alert'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { AuditReview } from '@sightline/schemas/audit-review'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Mail } from '@sightline/schemas/mail'
import type { Office, Person } from '@sightline/schemas/person'
import type { Product } from '@sightline/schemas/product'
import { EDGE_SOURCE, readId } from '@sightline/schemas/read'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { floodAlert } from '../flood/alert.ts'
import { caseId, caseRef, displayId, draw, personName, plateOf } from './audit-content.ts'

/** How much an agency has of everything. */
export interface Agency {
  people: number
  cases: number
  displays: number
  saved: number
  /** Alerts in the stream; work on alerts is kept thirteen times as long. */
  alerts: number
  alertWork: number
  audit: number
  products: number
  lookouts: number
  disseminations: number
  agents: number
  mails: number
  reviews: number
}

/** An agency of twenty thousand people. What issue and requirements give no number for is this benchmark's guess. */
const WHOLE: Agency = {
  ...{ people: 20_000, cases: 100_000, displays: 1_000_000, saved: 200_000 },
  ...{ alerts: 50_000, alertWork: 300_000, audit: 1_000_000 },
  ...{ products: 10_000, lookouts: 20_000, disseminations: 20_000, agents: 2000, mails: 20_000 },
  reviews: 40,
}

/** An agency a part as large; what a year brings few of is as many in each. @param scale 1 is the whole */
export const agencyOf = (scale: number): Agency => ({
  ...(Object.fromEntries(
    Object.entries(WHOLE).map(([what, count]) => [what, Math.max(20, Math.round(count * scale))]),
  ) as unknown as Agency),
  reviews: WHOLE.reviews,
})

const DAY_MS = 86_400_000
const CAMERAS_AN_AGENT = 4
/** People of one supervisor. */
const TEAM = 200

/** One caller of each role; the first analyst has much of everything. */
export const CALLERS = ['analyst', 'supervisor', 'system-owner', 'oversight', 'administrator'] as const
export type Caller = (typeof CALLERS)[number]

export const callerId = (caller: Caller): string => (caller === 'analyst' ? personName(0) : `${caller}-0`)

const REASON = 'Made up for a benchmark of long lists'

/** Callers, then analysts. @param now milliseconds */
export function* people({ people }: Agency, now: number): Generator<Person> {
  for (const caller of CALLERS.slice(1)) yield person(callerId(caller), [caller as Office], null, now)
  for (let n = 0; n < people; n++) {
    const of = n > 0 && n <= TEAM ? callerId('supervisor') : null
    const one = person(personName(n), [], of, now)
    // Some have left, and their cases wait for another owner.
    yield n % 20 === 1 ? { ...one, state: 'suspended' } : one
  }
}

function person(id: string, offices: Office[], supervisor: string | null, now: number): Person {
  const fresh = newPerson(
    { id, name: `Made Up ${id}`, email: `${id}@agency.example`, supervisor },
    'bench',
    now,
  )
  return { ...fresh, state: 'active', offices }
}

/** What a person may see: everybody the agency's own cameras. */
export function accessOf({ id, offices }: Person, n: number, now: number): AccessFile {
  const at = instant(now - 100 * DAY_MS)
  const until = (days: number) => instant(now + days * DAY_MS)
  const step = (action: 'request' | 'approve' | 'grant') => ({ action, by: id, at, reason: REASON })
  // One in a hundred awaits a decision.
  const isWaiting = n % 100 === 99
  const steps = isWaiting ? [step('request')] : [step('request'), step('approve'), step('grant')]
  return {
    ...emptyFile(id),
    requests: [
      {
        ...{ id: 'r1', need: REASON, sources: [EDGE_SOURCE], steps },
        ...(offices.length > 0 && ({ reviewOnly: true } as const)),
        state: isWaiting ? 'requested' : 'granted',
      },
    ],
    certification: { at, by: 'system-owner-0', validUntil: until(265) },
    training: {
      completedAt: at,
      validUntil: until(n % 20 === 7 ? 50 : 265),
      certificate: 'BENCH',
      recordedBy: 'bench',
    },
  }
}

const ownerOf = (of: number, { people }: Agency) => (of % 100 === 0 ? 0 : draw(of, 40, people))
const retained = (now: number) => ({ until: instant(now + 400 * DAY_MS), renewals: [] })
/** Spread over the last year. */
const pastOf = (n: number, salt: number, now: number) => now - draw(n, salt, 365 * 24 * 60) * 60_000

/** The n-th case; it names the plates of its displays. */
export function caseOf(n: number, agency: Agency, now: number): Case {
  const owner = personName(ownerOf(n, agency))
  const at = instant(pastOf(n, 41, now))
  const kind = (['event', 'project', 'workspace'] as const)[n % 3]!
  const subjects: Case['subjects'] = []
  for (let of = n; of < agency.displays; of += agency.cases) {
    const about = { plate: plateOf(of) }
    subjects.push({
      id: `s${subjects.length}`,
      about,
      reason: REASON,
      ledFrom: null,
      addedBy: owner,
      addedAt: at,
    })
  }
  const asked = { id: `p${n}`, area: { lat: 32.7, lon: -117.1, radiusM: 500 }, reason: REASON }
  return {
    ...{
      v: 1,
      id: caseId(n),
      kind,
      caseRef: caseRef(n),
      title: `Made up ${n}`,
      authority: '19 U.S.C. 1595a',
    },
    ...{ purpose: REASON, subjects, owner, state: 'open', createdAt: at, retention: retained(now) },
    members:
      kind === 'event' ? [] : [1, 2, 3].map((k) => personName((ownerOf(n, agency) + k * 7) % agency.people)),
    placeSearches:
      n % 50 === 1
        ? [
            {
              ...asked,
              from: at,
              to: instant(now),
              askedBy: owner,
              askedAt: at,
              approvedBy: null,
              approvedAt: null,
            },
          ]
        : [],
  }
}

export function displayOf(n: number, agency: Agency, now: number): Display {
  const of = n % agency.cases
  const at = instant(now - (1 + draw(n, 43, 60)) * DAY_MS)
  return {
    ...{ v: 1, id: displayId(n), plate: plateOf(n), region: null, priority: 'normal', reason: REASON },
    ...{
      caseRef: caseRef(of),
      owner: personName(ownerOf(of, agency)),
      state: n % 10 === 0 ? 'closed' : 'active',
    },
    ...{
      createdAt: at,
      noticeConfirmedAt: at,
      validatedAt: at,
      expiresAt: instant(now + (70 + draw(n, 44, 200)) * DAY_MS),
    },
  }
}

const readOf = (n: number, now: number): Alert['read'] => {
  const { read } = floodAlert(draw(n, 45, 5000), pastOf(n, 46, now))
  const plate = plateOf(n)
  return { ...read, plate, id: readId(read.camera.id, read.seenAt, plate), chars: [] }
}

/** The n-th saved read; one case has a hundredth of them. */
export function savedOf(n: number, agency: Agency, now: number): SavedRead {
  const of = n % 100 === 0 ? 0 : draw(n, 47, agency.cases)
  const by = personName(ownerOf(of, agency))
  const at = instant(pastOf(n, 48, now))
  const provenance = { query: '00000000-0000-4000-8000-000000000000', vendors: [EDGE_SOURCE], askedAt: at }
  return {
    ...{ v: 1, case: caseId(of), read: readOf(n, now), reason: REASON, savedBy: by, savedAt: at },
    provenance: { ...provenance, caseRef: caseRef(of), purpose: REASON },
    retention: retained(now),
  }
}

export function alertOf(n: number, agency: Agency, now: number): Alert {
  const { id, plate, priority, reason, caseRef, owner } = displayOf(draw(n, 49, agency.displays), agency, now)
  const base = floodAlert(n, now - (agency.alerts - (n % agency.alerts)) * 1000)
  const read = { ...base.read, plate, id: readId(base.read.camera.id, base.read.seenAt, plate) }
  const display = { id, plate, priority, reason, caseRef, owner }
  return { ...base, id: alertId(id, read), display, read }
}

/** A verdict on the n-th alert; most of these alerts are no longer kept. */
export function workOf(n: number, agency: Agency, now: number): AlertWork {
  const { id, display, read } = alertOf(n, agency, now)
  const at = instant(pastOf(n, 50, now))
  const by = personName(draw(n, 51, agency.people))
  const isRight = n % 10 > 0
  return {
    ...{
      v: 1,
      alertId: id,
      sequence: n + 1,
      displayId: display.id,
      cameraId: read.camera.id,
      source: read.source,
    },
    ...{
      cameraAddress: read.camera.address,
      state: isRight ? 'verified' : 'misread',
      claim: null,
      tries: [],
    },
    verdict: {
      ...{ by, at, plate: display.plate, region: null, agreement: isRight ? 'exact' : 'differs' },
      ...{ reason: isRight ? null : REASON, pictureSha256: null },
    },
    passedOn: [],
  }
}

const TEXT = 'The vehicle was seen again at the same crossing in the early morning. '.repeat(60)

export function productOf(n: number, agency: Agency, now: number): Product {
  // A case of the third kind is a workspace.
  const of = 2 + 3 * draw(n, 52, Math.floor(agency.cases / 3) - 1)
  const at = pastOf(n, 53, now)
  const author = personName(ownerOf(of, agency))
  const review = { by: author, at: instant(at + 1000), reason: REASON }
  const version = { title: `Made up ${n}`, text: TEXT, sources: [], author, writtenAt: instant(at) }
  return {
    ...{ v: 1, id: `product-${n}`, workspace: caseId(of), retention: retained(now) },
    versions: [
      { ...version, number: 1, state: 'returned', review },
      {
        ...version,
        number: 2,
        state: n % 5 === 0 ? 'draft' : 'published',
        review: n % 5 === 0 ? null : review,
      },
    ],
  }
}

export function lookoutOf(n: number, agency: Agency, now: number): Lookout {
  const { case: of, read, savedBy: by, savedAt: at, provenance } = savedOf(n % agency.saved, agency, now)
  const seen = { read: read.id, seenAt: read.seenAt, camera: read.camera.id, source: read.source }
  return {
    ...{ v: 1, id: `lookout-${n}`, plate: read.plate, region: 'us-ca', reason: REASON, case: of },
    ...{ caseRef: provenance.caseRef, provenance: { ...seen, savedBy: by, savedAt: at, ...provenance } },
    ...{ verified: { by, at }, createdBy: by, createdAt: at, state: 'active', retention: retained(now) },
  }
}

export function disseminationOf(n: number, agency: Agency, now: number): Dissemination {
  const { case: of, caseRef, createdBy: by, createdAt: at } = lookoutOf(n, agency, now)
  return {
    ...{ v: 1, id: `dissemination-${n}`, case: of, caseRef, authority: '19 U.S.C. 1595a', reason: REASON },
    ...{
      recipient: { name: 'Desk Officer', organization: 'Harbor Police' },
      passed: { lookout: `lookout-${n}` },
    },
    ...{ digest: '0'.repeat(64), by, at },
  }
}

const cameraId = (agent: number, n: number) => `gate-${agent}-${n}`

export function agentOf(n: number, now: number): EdgeAgent {
  const cameras = Array.from({ length: CAMERAS_AN_AGENT }, (_, k) => cameraId(n, k))
  const since = instant(now - 100 * DAY_MS)
  return {
    ...{ v: 1, name: `gate-${n}`, access: { publicKey: newNkey().publicKey, cameras, since } },
    ...{ invitation: null, revokedAt: null },
  }
}

/** One report of each camera of an agent. */
export function* healthOf(n: number, now: number): Generator<CameraHealth> {
  for (let k = 0; k < CAMERAS_AN_AGENT; k++) {
    const camera = cameraId(n, k)
    const { camera: base, position } = floodAlert(n, now).read
    yield {
      ...{
        v: 1,
        camera,
        at: instant(now),
        startedAt: instant(now - DAY_MS),
        agentVersion: '0.1.0',
        state: 'ok',
      },
      ...{ stateSince: instant(now - DAY_MS), registration: { ...base, id: camera }, position },
      ...{ framesSeen: 1000, framesStill: 800, framesProcessed: 200, framesDropped: 0, framesRejected: 0 },
      ...{ reads: 100, meanConfidence: 0.93, brightness: 120, sharpness: 0.8, clockOffsetMs: 2 },
      ...{ spool: { messages: 0, bytes: 0, droppedOldest: 0 }, lastError: null },
    }
  }
}

export const mailOf = (n: number, agency: Agency, now: number): Mail => ({
  ...{ v: 1, id: `bench-${n}`, to: `${personName(n % agency.people)}@agency.example`, subject: 'Made up' },
  ...{ text: REASON.repeat(10), createdAt: instant(pastOf(n, 55, now)), sentAt: null },
})

/** A signed review of the n-th quarter before this year, with as large a sample as is drawn. */
export function reviewOf(n: number, now: number): AuditReview {
  const year = 2025 - Math.floor(n / 4)
  const at = instant(now)
  return {
    ...{
      v: 1,
      quarter: `${year}-Q${4 - (n % 4)}`,
      from: instant(Date.UTC(year, 0)),
      to: instant(Date.UTC(year, 3)),
    },
    ...{ openedBy: 'oversight-0', openedAt: at, seed: randomBytes(32).toString('hex') },
    population: {
      records: 250_000,
      people: 20_000,
      first: 1,
      last: 250_000,
      lastHash: '0'.repeat(64),
      actions: {},
    },
    items: Array.from({ length: 300 }, (_, k) => ({
      ...{
        id: String(k + 1),
        record: { number: k + 1, actor: personName(k), action: 'query.search' as const, at },
      },
      ...{
        signal: null,
        why: 'drawn',
        finding: { verdict: 'in order' as const, reason: REASON, by: 'oversight-0', at },
      },
    })),
    signOff: { by: 'oversight-0', at, statement: REASON },
  }
}
