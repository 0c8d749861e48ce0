import type { Place } from '../../map/types.ts'

/** A sighting as a point on the way. */
export interface Stop extends Place {
  /** Milliseconds since 1970. */
  at: number
  trip: number
}

/** Nothing is known between two trips, so playing pauses at most this long there, milliseconds of the vehicle's time. */
export const GAP_MS = 10 * 60_000

/**
 * The position of each sighting on the axis along which movements are played: real time within a trip, with days without a
 * sighting skipped. @param stops oldest first @returns milliseconds from the first, never less than the previous one
 */
export function axisOf(stops: readonly Stop[]): number[] {
  let along = 0
  return stops.map((stop, n) => {
    const before = stops[n - 1]
    if (before) {
      const passed = stop.at - before.at
      along += stop.trip === before.trip ? passed : Math.min(passed, GAP_MS)
    }
    return along
  })
}

/** The vehicle's state at a point of the axis. */
export interface Moment extends Place {
  at: number
  trip: number
  /** Index of the last sighting at or before it. */
  stop: number
  headingDeg: number | null
}

/** Where the vehicle is at a point of the axis. Between two sightings of a trip, it is on the line between them. */
export function momentAt(stops: readonly Stop[], axis: readonly number[], along: number): Moment | null {
  const next = axis.findIndex((point) => point > along)
  const stop = next < 0 ? stops.length - 1 : Math.max(0, next - 1)
  const [a, b] = [stops[stop], stops[stop + 1]]
  if (!a) return null
  if (!b || b.trip !== a.trip) {
    const before = stops[stop - 1]
    return { ...a, stop, headingDeg: before?.trip === a.trip ? headingOf(before, a) : null }
  }
  const share = (along - axis[stop]!) / (axis[stop + 1]! - axis[stop]! || 1)
  const between = (from: number, to: number) => from + (to - from) * share
  return {
    lat: between(a.lat, b.lat),
    lon: between(a.lon, b.lon),
    at: between(a.at, b.at),
    trip: a.trip,
    stop,
    headingDeg: headingOf(a, b),
  }
}

/** Degrees clockwise from north, on a plane: good enough for short distances. */
function headingOf(a: Place, b: Place): number {
  const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180)
  return ((Math.atan2(east, b.lat - a.lat) * 180) / Math.PI + 360) % 360
}
