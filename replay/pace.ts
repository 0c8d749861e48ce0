import { setImmediate as breath, setTimeout as sleep } from 'node:timers/promises'

/** When each read of a stream is due. */
export type Pace =
  /** As it was recorded, `speed` times as fast, never more than `mostPerSecond`. */
  { kind: 'recorded'; speed: number; mostPerSecond: number } | { kind: 'rate'; perSecond: number }

/**
 * The timetable of a stream. Pure: it depends on nothing but the stream, so a broker that is slow delays what is sent
 * but not what was due, and the delay counts as latency (no coordinated omission).
 * @returns when the next read is due, in milliseconds from the beginning; to be asked once for each read, in order.
 *   A read out of order is due at once
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

/** Longest work at a stretch: what arrives meanwhile, such as alerts, has to wait for it. */
const STRETCH_MS = 2

/**
 * Waits until a moment of `performance.now()`. Comes back at once when it has passed; but now and then, when all moments
 * have passed, lets the rest of the process breathe.
 */
export function waiter(signal: AbortSignal): (due: number) => Promise<void> {
  let breathed = performance.now()
  return async (due) => {
    const now = performance.now()
    if (due <= now && now - breathed < STRETCH_MS) return
    // Aborted, the sleep ends at once, and whoever waits looks at the signal.
    if (due > now) await sleep(due - now, undefined, { signal }).catch(() => {})
    else await breath()
    breathed = performance.now()
  }
}
