import { distanceM, type Point } from '@sightline/geometry/great-circle'
import { instant } from '@sightline/runtime/clock'
import type { Approach } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { type PortOfEntry, portOfEntry } from '@sightline/schemas/ports-of-entry'
import type { Read } from '@sightline/schemas/read'

/** Where a plate was seen, and when (milliseconds). */
export interface Waypoint extends Point {
  readonly at: number
}

/**
 * The last sightings of watched plates. Bounded: the display seen longest ago is forgotten first. It is fed with the
 * alerts of all matchers, so it does not matter which matcher handles a read, nor whether it was restarted.
 */
export interface Approaches {
  /** Records a sighting; a known one changes nothing. */
  note(displayId: string, read: Read): void
  /**
   * Records a sighting and returns the display's port of entry that the vehicle approaches, the one reached soonest.
   */
  see(display: Display, read: Read): Approach | null
}

/** Number of sightings needed: two may be chance. */
const LEAST_WAYPOINTS = 3
/** Older sightings belong to another journey. */
const JOURNEY_MS = 6 * 3_600_000
/** A road is longer than the great circle: about a third in the road networks of the United States. */
export const ROAD_FACTOR = 1.3
/**
 * Limits of the mean speed between sightings of a journey, km/h: slower is a visit, faster two vehicles with one plate.
 */
const SLOWEST = 5
const FASTEST = 160

export function createApproaches(capacity = 100_000): Approaches {
  /** By display, the one seen last at the end. */
  const seen = new Map<string, Waypoint[]>()

  /** The sightings in order, with this one added. */
  function add(displayId: string, { seenAt }: Read, { lat, lon }: Point): readonly Waypoint[] {
    const way = [...(seen.get(displayId) ?? []), { lat, lon, at: Date.parse(seenAt) }]
    // Late and redelivered reads are sorted by time, and count once.
    way.sort((a, b) => a.at - b.at)
    const last = way.filter(({ at }, i) => at !== way[i - 1]?.at).slice(-LEAST_WAYPOINTS)
    seen.delete(displayId)
    seen.set(displayId, last)
    if (seen.size > capacity) seen.delete(seen.keys().next().value!)
    return last
  }

  return {
    note(displayId, read) {
      if (read.position) add(displayId, read, read.position)
    },
    see(display, read) {
      if (!display.portsOfEntry || !read.position) return null
      return soonest(add(display.id, read, read.position), display.portsOfEntry)
    },
  }
}

function soonest(way: readonly Waypoint[], codes: readonly string[]): Approach | null {
  const found = codes.flatMap((code) => {
    const port = portOfEntry(code)
    const approach = port && approachTo(port, way)
    return approach ? [approach] : []
  })
  found.sort((a, b) => (a.arrivesAt < b.arrivesAt ? -1 : 1))
  return found[0] ?? null
}

/**
 * Whether the last sightings lead to a port: each is closer than the one before, and so is the remaining time at the
 * mean speed toward it so far. The distance is the great circle times `ROAD_FACTOR`; the arrival assumes the mean speed
 * of all these sightings: an estimate without map or traffic.
 * @param way in order of time
 */
export function approachTo(port: PortOfEntry, way: readonly Waypoint[]): Approach | null {
  const [first, last] = [way[0], way.at(-1)]
  if (!first || !last || way.length < LEAST_WAYPOINTS || last.at - first.at > JOURNEY_MS) return null
  const roads = way.map((sighting) => (distanceM(sighting, port) * ROAD_FACTOR) / 1000)
  let timeLeft = Number.POSITIVE_INFINITY
  for (let i = 1; i < way.length; i++) {
    const speed = (roads[0]! - roads[i]!) / hours(way[i]!.at - first.at)
    if (roads[i]! >= roads[i - 1]! || speed < SLOWEST || speed > FASTEST) return null
    const left = roads[i]! / speed
    if (left >= timeLeft) return null
    timeLeft = left
  }
  return {
    portOfEntry: port.code,
    name: port.name,
    distanceKm: Math.round(roads.at(-1)! * 10) / 10,
    arrivesAt: instant(Math.round(last.at + timeLeft * 3_600_000)),
  }
}

const hours = (milliseconds: number) => milliseconds / 3_600_000
