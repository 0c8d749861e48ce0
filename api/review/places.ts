import { distanceM, type Point } from '@sightline/geometry/great-circle'
import type { Read } from '@sightline/schemas/read'
import type { VisitedPlace } from '@sightline/schemas/review'
import type { LocalTime } from './local-time.ts'
import { type PlacedSighting, placedSightingsOf, runsOf } from './sighting.ts'

/** Sightings this close together are at one place, meters: a mobile camera finds a car in its usual street. */
export const PLACE_RADIUS_M = 150

/** A vehicle seen at a place again within this time, and nowhere else, was there in between. */
export const STAY_GAP_MS = 12 * 3_600_000

interface Place {
  center: Point
  address: string | null
  cameras: Set<string>
}

/**
 * The places where a vehicle was seen (QRY-10), most visits first, then most hours. A visit is a run of sightings at
 * one place without another place in between.
 */
export function placesOf(reads: readonly Read[], localTime: (at: number) => LocalTime): VisitedPlace[] {
  const places: Place[] = []
  const seen = placedSightingsOf(reads).map((sighting) => ({
    ...sighting,
    place: placeFor(sighting, places),
  }))
  const visits = runsOf(seen, (one, next) => one.place !== next.place || next.at - one.at > STAY_GAP_MS)
  return places
    .map((place) => {
      const here = visits.filter(([first]) => first!.place === place)
      const all = here.flat()
      const hoursOfDay = Array.from({ length: 24 }, () => 0)
      const days = new Set<string>()
      for (const { at } of all) {
        const { day, hour } = localTime(at)
        days.add(day)
        hoursOfDay[hour]!++
      }
      return {
        lat: place.center.lat,
        lon: place.center.lon,
        address: place.address,
        cameras: [...place.cameras],
        visits: here.length,
        days: days.size,
        sightings: all.length,
        hours: here.reduce((sum, visit) => sum + (visit.at(-1)!.at - visit[0]!.at) / 3_600_000, 0),
        hoursOfDay,
        first: all[0]!.read.seenAt,
        last: all.at(-1)!.read.seenAt,
      }
    })
    .sort((a, b) => b.visits - a.visits || b.hours - a.hours || (a.first < b.first ? -1 : 1))
}

/** The nearest known place, or a new one. */
function placeFor(sighting: PlacedSighting, places: Place[]): Place {
  let nearest: Place | undefined
  let least = PLACE_RADIUS_M
  for (const place of places) {
    // Cheaper than the great circle: a degree of latitude is 111 km everywhere.
    if (Math.abs(place.center.lat - sighting.lat) * 111_000 > least) continue
    const distance = distanceM(place.center, sighting)
    if (distance <= least) [nearest, least] = [place, distance]
  }
  const { camera } = sighting.read
  if (!nearest) {
    nearest = { center: { lat: sighting.lat, lon: sighting.lon }, address: null, cameras: new Set() }
    places.push(nearest)
  }
  nearest.address ??= camera.address
  nearest.cameras.add(camera.id)
  return nearest
}
