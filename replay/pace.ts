import { setImmediate as breath, setTimeout as sleep } from 'node:timers/promises'

/** When each read of a stream is due. */
export type Pace =
  /** At the recorded pace times `speed`, but not more than `mostPerSecond`. */
  { kind: 'recorded'; speed: number; mostPerSecond: number } | { kind: 'rate'; perSecond: number }

/**
 * The timetable of a stream. Pure: it depends only on the stream. So a slow broker delays sending but not the due time,
 * and the delay counts as latency (no coordinated omission).
 * @returns when the next read is due, in milliseconds from the beginning; call it once for each read, in order.
 *   A read out of order is due immediately
 */
export function timetable(pace: Pace): (seenAt: string) => number {
  let n = 0
  if (pace.kind === 'rate') return () => (n++ * 1000) / pace.perSecond
  let first: number | undefined
  let last = Number.NEGATIVE_INFINITY
  const least = 1000 / pace.mostPerSecond
  return (seenAt) => {
    const at = Date.parse(seenAt)
    first ??= at
    last = Math.max((at - first) / pace.speed, last + least, 0)
    return last
  }
}

/** Longest work without a pause: whatever arrives meanwhile, such as alerts, must wait. */
const STRETCH_MS = 2

/**
 * Waits until a moment of `performance.now()`. Returns immediately if it has passed, but when all moments have passed,
 * sometimes yields to the rest of the process.
 */
export function waiter(signal: AbortSignal): (due: number) => Promise<void> {
  let breathed = performance.now()
  return async (due) => {
    const now = performance.now()
    if (due <= now && now - breathed < STRETCH_MS) return
    // When aborted, the sleep ends immediately, and the caller checks the signal.
    if (due > now) await sleep(due - now, undefined, { signal }).catch(() => {})
    else await breath()
    breathed = performance.now()
  }
}
