import type { PlacedCamera } from './cameras.ts'
import { COLUMNS, columnOf, type Node, rowOf } from './towns.ts'

/** A camera on a way, and when it is passed: seconds after the start. */
export interface Hit {
  /** Place of the camera in `world.places`. */
  readonly camera: number
  readonly after: number
}

/** Seconds from one crossing of streets to the next. */
export const STEP_SECONDS = 55

/** Longer than the longest way, from corner to corner: seconds. */
export const LONGEST_WAY = 2600

/** The fixed cameras of one town by the crossing at which they stand: place in `world.places`. */
export type Watched = ReadonlyMap<Node, number>

export function watchedRoads(area: string, places: readonly PlacedCamera[]): Watched {
  return new Map(
    places.flatMap((place, index) =>
      place.area === area && place.node !== null ? [[place.node, index] as const] : [],
    ),
  )
}

/**
 * The cameras that a way passes: along one street, round a corner, along another.
 * @param eastFirst whether it takes the street between west and east first
 */
export function hitsOf(watched: Watched, from: Node, to: Node, eastFirst: boolean): Hit[] {
  const hits: Hit[] = []
  let node = from
  for (let step = 0; ; step++) {
    const camera = watched.get(node)
    if (camera !== undefined) hits.push({ camera, after: step * STEP_SECONDS })
    if (node === to) return hits
    const east = Math.sign(columnOf(to) - columnOf(node))
    const north = Math.sign(rowOf(to) - rowOf(node))
    node += east !== 0 && (eastFirst || north === 0) ? east : north * COLUMNS
  }
}
