import { headingBetween, pointAhead, pointBetween } from '@sightline/geometry/great-circle'
import type { Position } from '@sightline/schemas/read'
import { trackClockOffset } from './clock-offset.ts'
import type { Fix } from './fix.ts'

/** The recent fixes of one receiver, and its position at an instant (CAP-2). Pure. */
export interface Fixes {
  add(fix: Fix): void
  /**
   * @param instant of the frame by this host's clock, in milliseconds since 1970
   * @returns `gps` when a fix is near in time: between two fixes, along the great circle; next to one, extrapolated by its
   *   speed and heading, with the accuracy reduced by that distance. `stale`, the last known position with accuracy, heading
   *   and speed unknown, if an earlier fix exists but none is near. null when nothing is known
   */
  positionAt(instant: number): Position | null
  /** How far this host's clock is ahead of the receiver's time, in milliseconds; null before the first fix. */
  clockOffsetMs(): number | null
}

export interface FixesOptions {
  /** A fix farther away in time than this says nothing about the instant. Default 3,000 ms. */
  staleAfterMs?: number
  /** A position older than this is not used, not even as the last known one. Default 5 min. */
  keepMs?: number
}

/** Nobody asks about an older frame: its vehicle has passed and its read is made. */
const LATE_FRAME_MS = 30_000
/** If a receiver's time steps back by more than this, it was corrected; by less, it is another receiver. */
const TIME_SET_BACK_MS = 10_000

export function createFixes({ staleAfterMs = 3000, keepMs = 300_000 }: FixesOptions = {}): Fixes {
  let fixes: Fix[] = []
  const clock = trackClockOffset()
  /** Receiver times that delimit each era of the host's clock. */
  let eras: { from: number; to: number }[] = []

  function add(fix: Fix): void {
    const last = fixes.at(-1)
    // A repetition, or a fix of gpsd's second receiver, which is a little behind.
    if (last && fix.at <= last.at && fix.at > last.at - TIME_SET_BACK_MS) return
    // The receiver's own time was set back: its earlier fixes do not fit the new time.
    if (last && fix.at <= last.at) {
      fixes = []
      eras = []
    }
    const era = clock.add(fix.at, fix.receivedAt)
    eras[era] = { from: eras[era]?.from ?? fix.at, to: fix.at }
    fixes.push(fix)
    // In slices, so that the array is not copied for each fix.
    const old = indexAfter(fix.at - keepMs - 1)
    if (old > 64 && old * 2 > fixes.length) fixes = fixes.slice(old)
  }

  /** Index of the first fix after an instant of the receiver. */
  function indexAfter(at: number): number {
    let [low, high] = [0, fixes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (fixes[middle]!.at <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * An instant in the receiver's time. A frame from shortly before a step of the clock uses the clock before the step.
   * up by the clock of its time.
   */
  function receiverTime(instant: number): number {
    const present = clock.era()
    const stepped = (eras[present]?.from ?? 0) > (fixes.at(-1)?.at ?? 0) - LATE_FRAME_MS
    for (let era = present; era >= (stepped ? 0 : present); era--) {
      const at = instant - clock.offsetMs(era)
      const span = eras[era]
      if (span && at >= span.from - staleAfterMs && at <= span.to + staleAfterMs) return at
    }
    return instant - clock.offsetMs(present)
  }

  function positionAt(instant: number): Position | null {
    const at = receiverTime(instant)
    const index = indexAfter(at)
    const [before, after] = [fixes[index - 1], fixes[index]]
    if (before && after && after.at - before.at <= staleAfterMs) return interpolate(before, after, at)
    if (before && at - before.at <= staleAfterMs) return carryOn(before, at)
    if (after && after.at - at <= staleAfterMs) return carryOn(after, at)
    if (before && at - before.at <= keepMs) return lastKnown(before)
    return null
  }

  return {
    add,
    positionAt,
    clockOffsetMs: () => (clock.era() < 0 ? null : clock.offsetMs(clock.era())),
  }
}

function interpolate(a: Fix, b: Fix, at: number): Position {
  const share = (at - a.at) / (b.at - a.at)
  const bothKnown = (x: number | null, y: number | null, mix: (x: number, y: number) => number) =>
    x === null || y === null ? null : mix(x, y)
  return {
    fix: 'gps',
    ...pointBetween(a, b, share),
    accuracyM: bothKnown(a.accuracyM, b.accuracyM, Math.max),
    headingDeg: bothKnown(a.headingDeg, b.headingDeg, (x, y) => headingBetween(x, y, share)),
    speedMps: bothKnown(a.speedMps, b.speedMps, (x, y) => x + (y - x) * share),
  }
}

/** From one fix alone. The vehicle may have braked or turned: it is within the distance that its speed allows. */
function carryOn(fix: Fix, at: number): Position {
  const { lat, lon, accuracyM, headingDeg, speedMps } = fix
  const way = ((speedMps ?? 0) * (at - fix.at)) / 1000
  const accuracyKnown = accuracyM !== null && (speedMps !== null || at === fix.at)
  return {
    fix: 'gps',
    ...(headingDeg === null ? { lat, lon } : pointAhead({ lat, lon }, headingDeg, way)),
    accuracyM: accuracyKnown ? accuracyM + Math.abs(way) : null,
    headingDeg,
    speedMps,
  }
}

const lastKnown = ({ lat, lon }: Fix): Position => ({
  fix: 'stale',
  lat,
  lon,
  accuracyM: null,
  headingDeg: null,
  speedMps: null,
})
