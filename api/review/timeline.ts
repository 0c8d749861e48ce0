import { distanceM } from '@sightline/geometry/great-circle'
import { instant } from '@sightline/runtime/clock'
import type { Read } from '@sightline/schemas/read'
import type { Timeline, TimelineFeature } from '@sightline/schemas/review'
import { type PlacedSighting, placedSightingsOf, runsOf, sightingsOf } from './sighting.ts'

/** Sightings further apart in time than this belong to two trips. */
export const TRIP_GAP_MS = 2 * 3_600_000

/**
 * Movements over time (QRY-10): the sightings, in trips, and both as a map (GeoJSON). A line connects the sightings of
 * a trip; it is not the road that was taken.
 */
export function timelineOf(reads: readonly Read[]): Timeline {
  const sightings = sightingsOf(reads)
  const placed = placedSightingsOf(reads)
  const trips = runsOf(placed, (one, next) => next.at - one.at > TRIP_GAP_MS)
  const [first, last] = [sightings[0], sightings.at(-1)]
  return {
    sightings: sightings.length,
    unplaced: sightings.length - placed.length,
    first: first?.read.seenAt ?? null,
    last: last?.read.seenAt ?? null,
    trips: trips.map((trip, n) => ({ trip: n + 1, ...spanOf(trip), distanceM: Math.round(lengthOf(trip)) })),
    map: {
      type: 'FeatureCollection',
      features: trips.flatMap((trip, n) => [
        ...(trip.length > 1 ? [lineOf(trip, n + 1)] : []),
        ...trip.map((sighting) => pointOf(sighting, n + 1)),
      ]),
    },
  }
}

const spanOf = (trip: readonly PlacedSighting[]) => ({
  from: instant(trip[0]!.at),
  to: instant(trip.at(-1)!.at),
  sightings: trip.length,
})

/** Meters from sighting to sighting: the minimum driven. */
const lengthOf = (trip: readonly PlacedSighting[]) =>
  trip.reduce((sum, sighting, n) => sum + (n === 0 ? 0 : distanceM(trip[n - 1]!, sighting)), 0)

const lineOf = (trip: readonly PlacedSighting[], number: number): TimelineFeature => ({
  type: 'Feature',
  geometry: { type: 'LineString', coordinates: trip.map(({ lon, lat }) => [lon, lat]) },
  properties: { trip: number, ...spanOf(trip) },
})

const pointOf = ({ read, lat, lon }: PlacedSighting, trip: number): TimelineFeature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties: {
    trip,
    read: read.id,
    seenAt: read.seenAt,
    camera: read.camera.id,
    address: read.camera.address,
    confidence: read.confidence,
    headingDeg: read.position?.headingDeg ?? null,
  },
})
