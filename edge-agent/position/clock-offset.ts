/**
 * How far this host's clock is from the receiver's time, told by the fixes. Pure.
 *
 * A fix comes in a moment after its instant, so its lag is the clock's offset plus the receiver's latency. The
 * smallest lag of late is the best estimate of the offset. A clock that was stepped gives lags of another size;
 * but so does a host that was busy, once. Therefore a step is believed when several fixes agree.
 */
export interface ClockOffset {
  /** @returns the era to which the fix belongs: a step of the clock begins a new one */
  add(at: number, receivedAt: number): number
  /** Host's clock less receiver's time during an era, in milliseconds. */
  offsetMs(era: number): number
  /** The present era. */
  era(): number
}

/** Below this a lag is a receiver's latency, and the host's clock is taken as right. */
const LATENCY_MS = 1000
/** A lag that differs by more from the present one may be a step. */
const STEP_MS = 500
/** As many fixes in a row have to agree on a new lag, */
const AGREEING = 3
/** to within this. */
const AGREEMENT_MS = 300
/** Lags that the estimate looks back on: a clock that is slewed is followed. */
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
