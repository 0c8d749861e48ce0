import { headingBetween, pointAhead, pointBetween } from '@sightline/geometry/great-circle'
import type { Position } from '@sightline/schemas/read'
import { trackClockOffset } from './clock-offset.ts'
import type { Fix } from './fix.ts'

/** The recent fixes of one receiver, and where it was at an instant (CAP-2). Pure. */
export interface Fixes {
  add(fix: Fix): void
  /**
   * @param instant of the frame by this host's clock, in milliseconds since 1970
   * @returns `gps` when a fix is near in time: between two, along the great circle; beside one, carried on by
   * its speed and heading, and the accuracy is wider by the way. `stale`, the last known place with accuracy,
   * heading and speed unknown, when there was a fix before but none near. null when nothing is known.
   */
  positionAt(instant: number): Position | null
  /** How far this host's clock is ahead of the receiver's time, in milliseconds; null before the first fix. */
  clockOffsetMs(): number | null
}

export interface FixesOptions {
  /** A fix that is further away in time than this says nothing about the instant. Default 3,000 ms. */
  staleAfterMs?: number
  /** A place that was left longer ago than this is not even told as the last known one. Default 5 min. */
  keepMs?: number
}

/** Nobody asks about a frame later than this: its vehicle has passed and its read is made. */
const LATE_FRAME_MS = 30_000
/** A receiver whose time goes back by more has corrected it; by less, it is another receiver. */
const TIME_SET_BACK_MS = 10_000

export function createFixes({ staleAfterMs = 3000, keepMs = 300_000 }: FixesOptions = {}): Fixes {
  let fixes: Fix[] = []
  const clock = trackClockOffset()
  /** Receiver's times between which each era of the host's clock lies. */
  let eras: { from: number; to: number }[] = []

  function add(fix: Fix): void {
    const last = fixes.at(-1)
    // The same again, or that of a second receiver of gpsd, which is a little behind.
    if (last && fix.at <= last.at && fix.at > last.at - TIME_SET_BACK_MS) return
    // The receiver's own time was set back: what it said before has no place in the new one.
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
   * An instant by the receiver's time. A frame that was stamped shortly before the clock was stepped is looked
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

/** From one fix alone. The vehicle may have braked or turned: it is within the way that its speed allows. */
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
