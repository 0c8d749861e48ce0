/**
 * Difference between this host's clock and the receiver's time, derived from the fixes. Pure.
 *
 * A fix arrives a moment after its instant, so its lag is the clock's offset plus the receiver's latency. The smallest recent
 * lag is the best estimate of the offset. If the clock was stepped, lags change; but a busy host can cause the same once. So
 * a step counts only when several fixes agree.
 */
export interface ClockOffset {
  /** @returns the era of the fix: a step of the clock begins a new one */
  add(at: number, receivedAt: number): number
  /** Host's clock minus receiver's time during an era, in milliseconds. */
  offsetMs(era: number): number
  /** The current era. */
  era(): number
}

/** A lag below this is a receiver's latency, and the host's clock counts as right. */
const LATENCY_MS = 1000
/** A lag that differs from the current one by more than this may be a step. */
const STEP_MS = 500
/** This many fixes in a row must agree on a new lag, */
const AGREEING = 3
/** within this tolerance. */
const AGREEMENT_MS = 300
/** Number of recent lags in the estimate, so that it follows a slewed clock. */
const WINDOW = 16

export function trackClockOffset(): ClockOffset {
  const eras: number[][] = []
  let odd: number[] = []
  const present = () => eras.length - 1

  return {
    add(at, receivedAt) {
      const lag = receivedAt - at
      const lags = eras.at(-1)
      if (!lags) {
        eras.push([lag])
        return 0
      }
      if (Math.abs(lag - Math.min(...lags)) <= STEP_MS) {
        odd = []
        lags.push(lag)
        if (lags.length > WINDOW) lags.shift()
        return present()
      }
      if (odd.some((other) => Math.abs(other - lag) > AGREEMENT_MS)) odd = []
      odd.push(lag)
      if (odd.length >= AGREEING) {
        eras.push(odd)
        odd = []
      }
      return present()
    },
    offsetMs(era) {
      const offset = Math.min(...(eras[era] ?? [0]))
      return Math.abs(offset) < LATENCY_MS ? 0 : offset
    },
    era: present,
  }
}
