import type { DisplayIndex } from '../../matcher/index/index.ts'
import { instant } from '../../runtime/clock.ts'
import type { Alert, MatchKind } from '../../schemas/alert.ts'
import type { Display } from '../../schemas/display.ts'
import { yearsAfter } from '../../schemas/year.ts'

/** What would decide about reads if it were stored: the part of a display that the matcher looks at. */
export type Trial = Pick<Display, 'plate' | 'region' | 'minProbability' | 'only'>

export interface TrialMatch {
  sequence: number
  kind: MatchKind
  probability: number
  /** Whether the restrictions hold, too. */
  isWithin: boolean
}

const ID = 'trial'

/**
 * Which of these alerts' reads a display would have matched, as the matcher decides (DSP-1). A read that several displays
 * matched counts once. The index is left as it was.
 * @param now milliseconds
 */
export function tried(
  index: DisplayIndex,
  { only, ...wanted }: Trial,
  alerts: readonly { sequence: number; alert: Alert }[],
  now: number,
): TrialMatch[] {
  // As old as the matcher's own time: what was read before a display was stored is what it is tried on.
  const always = { createdAt: instant(0), validatedAt: instant(0), noticeConfirmedAt: instant(0) }
  const display: Display = {
    ...{ v: 1, id: ID, priority: 'normal', reason: 'a trial, not stored', caseRef: ID, owner: ID },
    ...{ state: 'active', expiresAt: yearsAfter(new Date(now), 1).toISOString() },
    ...always,
    ...wanted,
  }
  const reads = new Map(alerts.map((one) => [one.alert.read.id, one]))
  const pass = (one: Display) => {
    index.set(one)
    const found = [...reads.values()].flatMap(({ sequence, alert }) =>
      index.match(alert.read, now).map(({ kind, probability }) => ({ sequence, kind, probability })),
    )
    index.remove(ID)
    return found
  }
  const all = pass(display)
  const within = only && new Set(pass({ ...display, only }).map(({ sequence }) => sequence))
  return all.map((match) => ({ ...match, isWithin: !within || within.has(match.sequence) }))
}
