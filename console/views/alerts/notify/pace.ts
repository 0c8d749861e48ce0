/** Alerts that come together are told of together, milliseconds. */
const TOGETHER_MS = 250
/** What is caught up with after a lost connection comes as fast as the network allows: over when nothing came for so long. */
const CAUGHT_UP_MS = 1000
/** After people were told, it is quiet for so long: of a flood they are told now and then, not a hundred times. */
const QUIET_MS = 5000

/** That people were told, last. */
export interface Told {
  /** Milliseconds. */
  at: number
  /** Of an alert of high priority. */
  urgent: boolean
}

/**
 * How long what waits is still gathered before people are told of it, milliseconds. What is more urgent than what they
 * were told last does not wait until it is quiet.
 * @param isCatchingUp whether more of what came while the connection was lost is on its way
 */
export function gatherMs(
  told: Told | null,
  { urgent, isCatchingUp, now }: { urgent: boolean; isCatchingUp: boolean; now: number },
): number {
  const least = isCatchingUp ? CAUGHT_UP_MS : TOGETHER_MS
  if (!told || (urgent && !told.urgent)) return least
  return Math.max(least, told.at + QUIET_MS - now)
}
