import type { Point } from '@sightline/geometry/great-circle'
import type { Read } from '@sightline/schemas/read'

/** A read with its instant as a number, milliseconds since 1970. */
export interface Sighting {
  readonly read: Read
  readonly at: number
}

/** A sighting whose place is known. */
export interface PlacedSighting extends Sighting, Point {}

/**
 * Sightings in order of time; at one instant by id and then by place, so that the order of the reads does not matter,
 * even if two have the same id.
 */
export function sightingsOf(reads: readonly Read[]): Sighting[] {
  return reads
    .map((read) => ({ read, at: Date.parse(read.seenAt), key: keyOf(read) }))
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
    .map(({ read, at }) => ({ read, at }))
}

const keyOf = ({ id, position }: Read): string => `${id} ${position?.lat} ${position?.lon}`

/** The same for reads with a position. */
export function placedSightingsOf(reads: readonly Read[]): PlacedSighting[] {
  return sightingsOf(reads).flatMap(({ read, at }) =>
    read.position ? [{ read, at, lat: read.position.lat, lon: read.position.lon }] : [],
  )
}

/** Runs of sightings, separated where `isApart` is true for two neighbors. */
export function runsOf<S>(sightings: readonly S[], isApart: (one: S, next: S) => boolean): S[][] {
  const runs: S[][] = []
  for (const sighting of sightings) {
    const run = runs.at(-1)
    if (run && !isApart(run.at(-1)!, sighting)) run.push(sighting)
    else runs.push([sighting])
  }
  return runs
}
