import type { Quad } from '../geometry.ts'
import type { PlatePlace } from './locate.ts'
import type { Scored } from './proposals.ts'
import type { Reading } from './reading.ts'

/** Where the refiner's corners had not settled, the serial patterns tell which of them are the plate's. Pure, but for the reading. */

export interface ReadPlace {
  readonly place: Scored
  readonly reading: Reading
}

/**
 * What is read at each place. One with corners of a third look is read there as well: those win if only their text is a serial
 * of its issuer. Corners that are too narrow lose a character, and those that are too wide make one of the frame.
 */
export async function readPlates(
  places: readonly PlatePlace[],
  read: (quads: readonly Quad[]) => Promise<(Reading | null)[]>,
  isWhole: (reading: Reading) => boolean,
): Promise<ReadPlace[]> {
  const readings = await read(places.map(({ quad }) => quad))
  return (
    await Promise.all(
      places.map(async (place, i): Promise<ReadPlace[]> => {
        const second = readings[i] ?? null
        const [third] = place.third && !(second && isWhole(second)) ? await read([place.third]) : []
        if (place.third && third && (!second || isWhole(third))) {
          return [{ place: { quad: place.third, score: place.score }, reading: third }]
        }
        return second ? [{ place, reading: second }] : []
      }),
    )
  ).flat()
}
