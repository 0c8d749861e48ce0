import type { Display, DisplayHistory, DisplayStep, DisplayValues } from '../../schemas/display.ts'
import { DISPLAY_REVISIONS } from '../../schemas/streams.ts'
import type { DisplayRevision } from '../stores/displays.ts'

const VALUES = [
  ...(['owner', 'region', 'priority', 'reason', 'caseRef', 'expiresAt'] as const),
  ...(['minProbability', 'only', 'strict', 'portsOfEntry'] as const),
]

/** The life of a display told by what it was from one change to the next, oldest first. Pure. */
export function historyOf(revisions: readonly DisplayRevision[]): DisplayHistory {
  const steps = revisions.map((revision, n) => stepOf(revision, revisions[n - 1]?.display))
  const beginsWithIt = revisions[0]?.display.lastStep?.action === 'create'
  return { steps, complete: beginsWithIt || revisions.length < DISPLAY_REVISIONS }
}

function stepOf({ display, storedAt }: DisplayRevision, earlier: Display | undefined): DisplayStep {
  const step = display.lastStep
  const action = step?.action ?? guessed(display, earlier)
  return {
    action,
    by: step?.by ?? null,
    at: step?.at ?? storedAt.toISOString(),
    reason: step?.reason ?? null,
    verdict: action === 'review' ? (display.review?.verdict ?? null) : null,
    ...(earlier ? differences(earlier, display) : { before: {}, after: {} }),
  }
}

/** What happened where no step is told: it was stored before steps were, or by a tool. */
function guessed(display: Display, earlier: Display | undefined): DisplayStep['action'] {
  if (!earlier) return 'create'
  return display.state === 'closed' && earlier.state === 'active' ? 'close' : 'update'
}

function differences(earlier: Display, later: Display): { before: DisplayValues; after: DisplayValues } {
  const changed = VALUES.filter((key) => JSON.stringify(earlier[key]) !== JSON.stringify(later[key]))
  const of = (display: Display): DisplayValues =>
    Object.fromEntries(changed.map((key) => [key, display[key] ?? null]))
  return { before: of(earlier), after: of(later) }
}
