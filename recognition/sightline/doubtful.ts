import type { Quad } from '../geometry.ts'
import type { DoubtfulPlace } from './locate.ts'
import type { Scored } from './proposals.ts'
import type { Reading } from './reading.ts'

/** Where locator and refiner disagree, what is read there decides. Pure, but for the reading. */

/**
 * The doubtful places that read as a plate: the same text from the refiner's first corners and from its second ones, which differ.
 * Only serials of its issuer count: the rest of a plate behind a post is such a place too. The first reading costs one run of the recognizer, the second is only made of what may be a plate.
 */
export async function readDoubtful(
  doubtful: readonly DoubtfulPlace[],
  read: (quads: readonly Quad[]) => Promise<(Reading | null)[]>,
  isWhole: (reading: Reading) => boolean,
): Promise<{ place: Scored; reading: Reading }[]> {
  if (doubtful.length === 0) return []
  const isLikePlate = (reading: Reading | null): reading is Reading =>
    isPlausible(reading) && isWhole(reading)
  const firsts = await read(doubtful.map(({ before }) => before))
  const left = doubtful.filter((_, i) => isLikePlate(firsts[i]!))
  const seconds = await read(left.map(({ quad }) => quad))
  return left.flatMap((place, i) => {
    const [first, second] = [firsts[doubtful.indexOf(place)]!, seconds[i]!]
    if (!isLikePlate(second) || second.text !== first.text) return []
    const confidence = Math.min(first.confidence, second.confidence, DOUBTFUL_CONFIDENCE)
    return [{ place, reading: { ...second, confidence } }]
  })
}

/** Words on signs and vehicles are read as surely as plates, and have no digit; single letters are read in anything. */
const isPlausible = (reading: Reading | null): reading is Reading =>
  reading !== null &&
  reading.confidence >= LEAST_OF_DOUBTFUL &&
  reading.text.length >= LEAST_CHARACTERS &&
  /\d/.test(reading.text)

/** Chosen on `openimages` and the train split of `dashcam-ro`: ten plates, and no text that is none. */
const LEAST_OF_DOUBTFUL = 0.35
const LEAST_CHARACTERS = 5
/** So sure is a text at most whose place is doubtful. */
const DOUBTFUL_CONFIDENCE = 0.85
