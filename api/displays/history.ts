import type { DisplayHistory, DisplayStep, DisplayValues } from '@sightline/schemas/display'
import type { DisplayView } from '@sightline/schemas/display-view'
import { DISPLAY_REVISIONS } from '@sightline/schemas/streams'

/** What a display was from an instant on, as somebody may see it. */
interface Revision {
  display: DisplayView
  storedAt: Date
}

const VALUES = [
  ...(['owner', 'region', 'priority', 'reason', 'caseRef', 'expiresAt'] as const),
  ...(['minProbability', 'only', 'strict', 'portsOfEntry'] as const),
]

/** The life of a display told by what it was from one change to the next, oldest first. Pure. */
export function historyOf(revisions: readonly Revision[]): DisplayHistory {
  const steps = revisions.map((revision, n) => stepOf(revision, revisions[n - 1]?.display))
  const beginsWithIt = revisions[0]?.display.lastStep?.action === 'create'
  return { steps, complete: beginsWithIt || revisions.length < DISPLAY_REVISIONS }
}

function stepOf({ display, storedAt }: Revision, earlier: DisplayView | undefined): DisplayStep {
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
function guessed(display: DisplayView, earlier: DisplayView | undefined): DisplayStep['action'] {
  if (!earlier) return 'create'
  return display.state === 'closed' && earlier.state === 'active' ? 'close' : 'update'
}

function differences(
  earlier: DisplayView,
  later: DisplayView,
): { before: DisplayValues; after: DisplayValues } {
  const changed = VALUES.filter((key) => JSON.stringify(earlier[key]) !== JSON.stringify(later[key]))
  const of = (display: DisplayView): DisplayValues =>
    Object.fromEntries(changed.map((key) => [key, display[key] ?? null]))
  return { before: of(earlier), after: of(later) }
}
