import type { DisplayIndex, Match } from '@sightline/matching'
import { instant } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { yearsAfter } from '@sightline/schemas/year'

/** The part of a display that the matcher uses to decide. */
export type Trial = Pick<Display, 'plate' | 'region' | 'minProbability' | 'only' | 'strict'>

export interface TrialMatch
  extends Pick<Match, 'kind' | 'probability' | 'ofText' | 'evidence' | 'differs' | 'unchecked'> {
  sequence: number
  /** Whether the read also meets the limits. */
  isWithin: boolean
}

const ID = 'trial'

/**
 * Which of these alerts' reads a display would have matched, decided as the matcher does (DSP-1). A read matched by
 * several displays counts once. The index is unchanged afterwards.
 * @param now milliseconds
 */
export function tryDisplay(
  index: DisplayIndex,
  { only, strict, ...wanted }: Trial,
  alerts: readonly { sequence: number; alert: Alert }[],
  now: number,
): TrialMatch[] {
  // As old as the matcher's own time, because a trial uses reads from before the display was stored.
  const always = { createdAt: instant(0), validatedAt: instant(0), noticeConfirmedAt: instant(0) }
  const display: Display = {
    v: 1,
    id: ID,
    priority: 'normal',
    reason: 'a trial that is not stored',
    caseRef: ID,
    owner: ID,
    state: 'active',
    expiresAt: yearsAfter(new Date(now), 1).toISOString(),
    ...always,
    ...wanted,
  }
  const reads = new Map(alerts.map((one) => [one.alert.read.id, one]))
  const pass = (one: Display) => {
    index.set(one)
    const found = [...reads.values()].flatMap(({ sequence, alert }) =>
      index
        .match(alert.read, now, { time: new Date(alert.readStoredAt) })
        .map(({ id, plate, ...match }) => ({ sequence, ...match })),
    )
    index.remove(ID)
    return found
  }
  const all = pass(display)
  const narrowed = only ? pass({ ...display, only }) : all
  const kept = strict ? pass({ ...display, strict, ...(only && { only }) }) : narrowed
  const within = new Set(kept.map(({ sequence }) => sequence))
  const known = new Map(narrowed.map((match) => [match.sequence, match]))
  return all.map((match) => ({
    ...(known.get(match.sequence) ?? match),
    isWithin: within.has(match.sequence),
  }))
}
