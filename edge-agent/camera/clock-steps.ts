/** A clock that was set by less does not matter: a tracker remembers a vehicle for longer. */
const LEAST_STEP_MS = 10_000

/**
 * Tells a clock that was set from time that passed, by the frames of a live camera, which are stamped as they come.
 * @returns a function of a frame's instant and of when it came by a clock that nobody sets, both ms: by how much the
 * clock was set since the frame before, ms, positive if forward; 0 if it was not
 */
export function createClockSteps(): (seenAt: number, cameAt: number) => number {
  let last: { seenAt: number; cameAt: number } | undefined
  return (seenAt, cameAt) => {
    const step = last ? seenAt - last.seenAt - (cameAt - last.cameAt) : 0
    last = { seenAt, cameAt }
    return Math.abs(step) >= LEAST_STEP_MS ? Math.round(step) : 0
  }
}
