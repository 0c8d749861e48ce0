import { instant } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { AlertWork, PassedOn, Reading } from '@sightline/schemas/alert-work'
import type { Display } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * What may be done with an alert: every state, and every step out of it (DSP-7). What is not in this table is impossible:
 * above all, only what was verified is passed on. All functions here are pure; times are milliseconds.
 */
export type WorkStep = 'claim' | 'release' | 'verify' | 'reject' | 'pass-on'

export const STEPS: Record<AlertWork['state'], Partial<Record<WorkStep, AlertWork['state']>>> = {
  open: { claim: 'claimed' },
  claimed: { claim: 'claimed', release: 'open', verify: 'verified', reject: 'misread' },
  verified: { 'pass-on': 'verified' },
  misread: {},
}

/** How long somebody has an alert to themselves. */
export const CLAIM_MS = 15 * 60_000
/** Readings that disagree with the display after which somebody has to leave the alert to another. */
export const MAX_TRIES = 2

/** Work on an alert that nobody has touched. */
export const untouched = (sequence: number, { id, display, read }: Alert): AlertWork => ({
  ...{ v: 1, alertId: id, sequence, displayId: display.id },
  ...{ cameraId: read.camera.id, cameraAddress: read.camera.address, source: read.source },
  ...{ state: 'open', claim: null, tries: [], verdict: null, passedOn: [] },
})

/** @throws RULE_BROKEN for an alert of a display that was rejected: nothing comes of it any more (DSP-4) */
export function mustNotBeRejected({ state }: Pick<Display, 'state'>): void {
  if (state !== 'rejected') return
  throw new SightlineError('RULE_BROKEN', 'oversight rejected the watchlist entry of this alert (DSP-4)', {
    hint: 'Its alerts can no longer be claimed, verified or shared.',
  })
}

/** @returns the state after the step @throws CONFLICT when the state does not know it */
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

/** Taken by somebody, for a while; who has it may take it again for longer. @throws CONFLICT when another has it */
export function claimed(work: AlertWork, by: string, now: number): AlertWork {
  const state = stateAfter(work, 'claim')
  const { claim } = work
  if (claim && claim.by !== by && now < Date.parse(claim.until)) {
    throw new SightlineError('CONFLICT', `${claim.by} has claimed the alert (DSP-7)`, {
      hint: `It becomes available when their claim expires at ${claim.until}.`,
    })
  }
  return { ...work, state, claim: { by, at: instant(now), until: instant(now + CLAIM_MS) } }
}

/** Given back. */
export function released(work: AlertWork, by: string, now: number): AlertWork {
  const state = stateAfter(work, 'release')
  mustHold(work, by, now)
  return { ...work, state, claim: null }
}

/**
 * What somebody read in the picture, when it is to be the plate displayed. One that is not stays on record and decides
 * nothing: a slip of the finger must not end a lead. But who disagrees twice leaves the alert to another, so that nobody
 * types until it fits.
 * @param pictureSha256 of the picture, which is there
 */
export function verified(work: AlertWork, reading: Reading, pictureSha256: string, now: number): AlertWork {
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

/** Rejected as misread, or as not to be read. @throws RULE_BROKEN when what was read is the plate displayed */
export function rejected(
  work: AlertWork,
  reading: Reading,
  { reason, pictureSha256 }: { reason: string; pictureSha256: string | null },
  now: number,
): AlertWork {
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

/** Passed on: only what was verified (DSP-7); once, whoever repeats it. */
export function passedOn(work: AlertWork, entry: PassedOn): AlertWork {
  const state = stateAfter(work, 'pass-on')
  if (work.passedOn.some(({ id }) => id === entry.id)) return work
  return { ...work, state, passedOn: [...work.passedOn, entry] }
}

const triesOf = (tries: readonly Reading[], who: string): number =>
  tries.filter(({ by }) => by === who).length

/** Whether somebody has an alert to themselves at this moment. */
export const holds = ({ claim }: Pick<AlertWork, 'claim'>, by: string, now: number): boolean =>
  claim?.by === by && now < Date.parse(claim.until)

/** @throws CONFLICT when somebody else has it, or the claim has lapsed */
function mustHold(work: AlertWork, by: string, now: number): void {
  const { claim } = work
  if (holds(work, by, now)) return
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
