import type { DisplayHistory, DisplayStep, DisplayValues, DisplayView } from '@sightline/schemas/display'
import { DISPLAY_REVISIONS } from '@sightline/schemas/streams'

/** A display from an instant on, as an actor may see it. */
interface Revision {
  display: DisplayView
  storedAt: Date
}

const VALUES = [
  ...(['owner', 'region', 'priority', 'reason', 'caseRef', 'expiresAt'] as const),
  ...(['minProbability', 'only', 'strict', 'portsOfEntry'] as const),
]

/** The history of a display, computed from its revisions, oldest first. Pure. */
export function historyOf(revisions: readonly Revision[]): DisplayHistory {
  const steps = revisions.map((revision, n) => stepOf(revision, revisions[n - 1]?.display))
  const beginsWithIt = revisions[0]?.display.lastStep?.action === 'create'
  return { steps, complete: beginsWithIt || revisions.length < DISPLAY_REVISIONS }
}

function stepOf({ display, storedAt }: Revision, earlier: DisplayView | undefined): DisplayStep {
  const step = display.lastStep
  const action = step?.action ?? guessAction(display, earlier)
  return {
    action,
    by: step?.by ?? null,
    at: step?.at ?? storedAt.toISOString(),
    reason: step?.reason ?? null,
    verdict: action === 'review' ? (display.review?.verdict ?? null) : null,
    ...(earlier ? differences(earlier, display) : { before: {}, after: {} }),
  }
}

/** The likely step of a revision without one: it was stored before steps existed, or by a tool. */
function guessAction(display: DisplayView, earlier: DisplayView | undefined): DisplayStep['action'] {
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
