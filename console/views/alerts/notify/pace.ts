/** Alerts within this time are announced together, milliseconds. */
const TOGETHER_MS = 250
/** After a lost connection, missed alerts arrive quickly. Catching up is over when none came for this long, milliseconds. */
const CAUGHT_UP_MS = 1000
/** Pause after an announcement, milliseconds, so that a flood of alerts is announced only now and then. */
const QUIET_MS = 5000

/** The last announcement. */
export interface Told {
  /** Milliseconds. */
  at: number
  /** Whether an alert of high priority was included. */
  urgent: boolean
}

/**
 * How long to collect waiting alerts before announcing them, milliseconds. An alert more urgent than the last announcement
 * does not wait.
 * @param isCatchingUp whether more alerts missed during a lost connection are still arriving
 */
export function gatherMs(
  told: Told | null,
  { urgent, isCatchingUp, now }: { urgent: boolean; isCatchingUp: boolean; now: number },
): number {
  const least = isCatchingUp ? CAUGHT_UP_MS : TOGETHER_MS
  if (!told || (urgent && !told.urgent)) return least
  return Math.max(least, told.at + QUIET_MS - now)
}
