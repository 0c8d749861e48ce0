import { instant } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { AlertWork, PassedOn, Reading } from '@sightline/schemas/alert-work'
import type { Display } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * What may be done with an alert: every state, and every step out of it (DSP-7). A step that is not in this table is
 * impossible; above all, only verified alerts are shared. All functions here are pure; times are milliseconds.
 */
export type WorkStep = 'claim' | 'release' | 'verify' | 'reject' | 'pass-on'

export const STEPS: Record<AlertWork['state'], Partial<Record<WorkStep, AlertWork['state']>>> = {
  open: { claim: 'claimed' },
  claimed: { claim: 'claimed', release: 'open', verify: 'verified', reject: 'misread' },
  verified: { 'pass-on': 'verified' },
  misread: {},
}

/** How long a claim reserves an alert. */
export const CLAIM_MS = 15 * 60_000
/** After so many entries that differ from the display, the person must leave the alert to another. */
export const MAX_TRIES = 2

/** The work of an alert that nobody has worked on. */
export const newAlertWork = (sequence: number, { id, display, read }: Alert): AlertWork => ({
  v: 1,
  alertId: id,
  sequence,
  displayId: display.id,
  cameraId: read.camera.id,
  cameraAddress: read.camera.address,
  source: read.source,
  state: 'open',
  claim: null,
  tries: [],
  verdict: null,
  passedOn: [],
})

/** @throws RULE_BROKEN for an alert of a rejected display, which can no longer be used (DSP-4) */
export function mustNotBeRejected({ state }: Pick<Display, 'state'>): void {
  if (state !== 'rejected') return
  throw new SightlineError('RULE_BROKEN', 'oversight rejected the watchlist entry of this alert (DSP-4)', {
    hint: 'Its alerts can no longer be claimed, verified or shared.',
  })
}

/** @returns the state after the step @throws CONFLICT when the step is not possible in this state */
function stateAfter({ state, claim }: AlertWork, step: WorkStep): AlertWork['state'] {
  const next = STEPS[state][step]
  if (next) return next
  const why = {
    open: 'nobody has claimed the alert yet',
    claimed: `${claim?.by} has claimed the alert but has not verified it yet`,
    verified: 'the alert is already verified',
    misread: 'the alert was already rejected as misread',
  }[state]
  const possible = Object.keys(STEPS[state])
  throw new SightlineError('CONFLICT', `${why}: the step "${step}" is not possible (DSP-7)`, {
    hint: possible.length > 0 ? `Possible now: ${possible.join(', ')}.` : 'A verdict is final.',
  })
}

/**
 * Claims an alert for a while; the person who has it may claim it again to extend.
 * @throws CONFLICT when another person has it
 */
export function claimWork(work: AlertWork, by: string, now: number): AlertWork {
  const state = stateAfter(work, 'claim')
  const { claim } = work
  if (claim && claim.by !== by && now < Date.parse(claim.until)) {
    throw new SightlineError('CONFLICT', `${claim.by} has claimed the alert (DSP-7)`, {
      hint: `It becomes available when their claim expires at ${claim.until}.`,
    })
  }
  return { ...work, state, claim: { by, at: instant(now), until: instant(now + CLAIM_MS) } }
}

/** Releases a claim. */
export function releaseWork(work: AlertWork, by: string, now: number): AlertWork {
  const state = stateAfter(work, 'release')
  mustHold(work, by, now)
  return { ...work, state, claim: null }
}

/**
 * Enters what a person read in the image as the watched plate. An entry that differs is recorded and decides nothing: a
 * typing error must not end a lead. But after two different entries the person must leave the alert to another, so that
 * nobody types until it matches.
 * @param pictureSha256 of the image, which exists
 */
export function verifyWork(work: AlertWork, reading: Reading, pictureSha256: string, now: number): AlertWork {
  if (isVerdictAgain(work, reading, null)) return work
  const state = stateAfter(work, 'verify')
  mustHold(work, reading.by, now)
  mayTry(work, reading.by)
  const { agreement } = reading
  if (agreement === 'exact' || agreement === 'look-alike') {
    return { ...work, state, verdict: { ...reading, reason: null, pictureSha256 } }
  }
  const tries = [...work.tries, reading]
  if (triesOf(tries, reading.by) < MAX_TRIES) return { ...work, tries }
  return { ...work, state: 'open', claim: null, tries }
}

/** Rejects an alert as misread or unreadable. @throws RULE_BROKEN when the plate read is the watched plate */
export function rejectWork(
  work: AlertWork,
  reading: Reading,
  { reason, pictureSha256 }: { reason: string; pictureSha256: string | null },
  now: number,
): AlertWork {
  if (isVerdictAgain(work, reading, reason)) return work
  const state = stateAfter(work, 'reject')
  mustHold(work, reading.by, now)
  if (reading.agreement === 'exact' || reading.agreement === 'look-alike') {
    throw new SightlineError(
      'RULE_BROKEN',
      'the plate you entered is the watched plate, so this is not a misread (DSP-7)',
      {
        hint: 'Verify the alert. If the plate no longer matters, close its watchlist entry.',
      },
    )
  }
  return { ...work, state, verdict: { ...reading, reason, pictureSha256 } }
}

/**
 * Whether a person gives again the verdict that they gave: the broker stored it, and failed before it could be answered. Nothing
 * is decided a second time.
 */
const isVerdictAgain = ({ verdict }: AlertWork, { by, plate, region }: Reading, reason: string | null) =>
  verdict !== null &&
  verdict.by === by &&
  verdict.plate === plate &&
  verdict.region === region &&
  verdict.reason === reason

/** Shares an alert, only if verified (DSP-7); once, however often it is repeated. */
export function recordPassOn(work: AlertWork, entry: PassedOn): AlertWork {
  const state = stateAfter(work, 'pass-on')
  if (work.passedOn.some(({ id }) => id === entry.id)) return work
  return { ...work, state, passedOn: [...work.passedOn, entry] }
}

const triesOf = (tries: readonly Reading[], who: string): number =>
  tries.filter(({ by }) => by === who).length

/** Whether a person has claimed an alert at this moment. */
export const hasClaim = ({ claim }: Pick<AlertWork, 'claim'>, by: string, now: number): boolean =>
  claim?.by === by && now < Date.parse(claim.until)

/** @throws CONFLICT when somebody else has the claim, or it has expired */
function mustHold(work: AlertWork, by: string, now: number): void {
  const { claim } = work
  if (hasClaim(work, by, now)) return
  const why = claim?.by === by ? `your claim expired at ${claim.until}` : `${claim?.by} has claimed the alert`
  throw new SightlineError('CONFLICT', `${why} (DSP-7)`, {
    hint: 'Claim it with POST /v1/alerts/:sequence/claim, then look at the image again.',
  })
}

/** @throws NOT_ALLOWED */
function mayTry({ tries }: AlertWork, by: string): void {
  if (triesOf(tries, by) < MAX_TRIES) return
  throw new SightlineError('NOT_ALLOWED', `you have entered a different plate ${MAX_TRIES} times (DSP-7)`, {
    hint: 'Someone else must review the image, or you can reject the alert as misread.',
  })
}
