import { distanceM } from '@sightline/geometry/great-circle'
import { instant } from '@sightline/runtime/clock'
import type { Read } from '@sightline/schemas/read'
import type { ImpossibleTravel } from '@sightline/schemas/review'
import { type PlacedSighting, placedSightingsOf } from './sighting.ts'

/** No vehicle keeps up this speed from one camera to another on a public road, meters per second (252 km/h). */
export const TOP_SPEED_MPS = 70

/** How much two cameras' clocks may differ, milliseconds. */
export const CLOCK_TOLERANCE_MS = 60_000

/** How far a position may be off if it does not say so itself, meters. */
const POSITION_TOLERANCE_M = { surveyed: 100, gps: 100, stale: 5000 }

/** So many sightings, on so many days, indicate a second vehicle; fewer may be misreads of another plate. */
const SECOND_VEHICLE = { sightings: 3, days: 2 }

/** Number of pairs shown; all are counted. */
const SHOWN = 50

/**
 * Sightings of one plate between which no vehicle can have driven (QRY-10): a cloned plate, or a misread. The speed is
 * the lowest that explains both: along the great circle, which no road is shorter than, minus the position error, in
 * the time between plus the clock error.
 */
export function impossibleTravel(reads: readonly Read[]): ImpossibleTravel {
  const sightings = placedSightingsOf(reads)
  const pairs = sightings.slice(1).flatMap((next, n) => {
    const one = sightings[n]!
    const speed = leastSpeed(one, next)
    return speed > TOP_SPEED_MPS ? [{ one, next, speed }] : []
  })
  const vehicles = tracksOf(sightings)
    .map((track) => ({
      sightings: track.length,
      days: new Set(track.map(({ read }) => read.seenAt.slice(0, 10))).size,
      first: instant(track[0]!.at),
      last: instant(track.at(-1)!.at),
      center: centerOf(track),
    }))
    .sort((a, b) => b.sightings - a.sightings)
  return {
    verdict:
      pairs.length === 0 ? 'possible' : isVehicle(vehicles[1]) ? 'several-vehicles' : 'perhaps-misread',
    impossible: pairs.length,
    days: new Set(pairs.map(({ next }) => next.read.seenAt.slice(0, 10))).size,
    pairs: pairs
      .sort((a, b) => b.speed - a.speed)
      .slice(0, SHOWN)
      .map(({ one, next, speed }) => ({
        sightings: [evidenceOf(one), evidenceOf(next)],
        distanceM: Math.round(distanceM(one, next)),
        seconds: (next.at - one.at) / 1000,
        speedMps: Math.round(speed * 10) / 10,
      })),
    vehicles: pairs.length === 0 ? vehicles.slice(0, 1) : vehicles.slice(0, 10),
  }
}

const isVehicle = (track: { sightings: number; days: number } | undefined) =>
  track !== undefined && track.sightings >= SECOND_VEHICLE.sightings && track.days >= SECOND_VEHICLE.days

/** The lowest speed that explains two sightings, meters per second. */
export function leastSpeed(one: PlacedSighting, next: PlacedSighting): number {
  const meters = distanceM(one, next) - toleranceOf(one) - toleranceOf(next)
  return Math.max(0, meters) / ((Math.abs(next.at - one.at) + CLOCK_TOLERANCE_MS) / 1000)
}

const toleranceOf = ({ read }: PlacedSighting) =>
  read.position?.accuracyM ?? POSITION_TOLERANCE_M[read.position?.fix ?? 'stale']

/**
 * The sightings divided among as many vehicles as are needed to explain them: each continues the nearest track that
 * could reach it.
 */
function tracksOf(sightings: readonly PlacedSighting[]): PlacedSighting[][] {
  const tracks: PlacedSighting[][] = []
  for (const sighting of sightings) {
    let best: PlacedSighting[] | undefined
    let least = Number.POSITIVE_INFINITY
    for (const track of tracks) {
      const last = track.at(-1)!
      const distance = distanceM(last, sighting)
      if (distance < least && leastSpeed(last, sighting) <= TOP_SPEED_MPS) [best, least] = [track, distance]
    }
    if (best) best.push(sighting)
    else tracks.push([sighting])
  }
  return tracks
}

/** The middle sighting of a track: a real place of the vehicle, even across the date line. */
function centerOf(track: readonly PlacedSighting[]) {
  const { lat, lon } = track[Math.floor(track.length / 2)]!
  return { lat, lon }
}

const evidenceOf = ({ read, lat, lon }: PlacedSighting) => ({
  read: read.id,
  seenAt: read.seenAt,
  camera: read.camera.id,
  address: read.camera.address,
  lat,
  lon,
  confidence: read.confidence,
})
