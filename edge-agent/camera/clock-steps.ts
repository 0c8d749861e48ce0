/** Smaller changes of a clock do not matter: a tracker remembers a vehicle for longer. */
const LEAST_STEP_MS = 10_000

/**
 * Distinguishes a clock that was set from time that has passed, by the frames of a live camera, which are timestamped
 * when they arrive.
 * @returns a function of a frame's instant and its arrival by a monotonic clock, both ms. It returns how far the clock
 *   was set since the last frame, ms, positive if forward; 0 if it was not set
 */
export function createClockSteps(): (seenAt: number, cameAt: number) => number {
  let last: { seenAt: number; cameAt: number } | undefined
  return (seenAt, cameAt) => {
    const step = last ? seenAt - last.seenAt - (cameAt - last.cameAt) : 0
    last = { seenAt, cameAt }
    return Math.abs(step) >= LEAST_STEP_MS ? Math.round(step) : 0
  }
}
