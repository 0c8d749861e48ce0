import type { ReadCharacter } from '@sightline/schemas/read'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { align } from '../confusion.ts'
import { type LabeledRead, readOfPlate } from './traffic.ts'

/** The characters read for one character of a plate, then any read after it where nothing is. Empty: it was lost. */
type Place = readonly ReadCharacter[]

/** A real sighting: how sure each place is, and to which power of their product the engine was sure of the whole. */
interface Shape {
  readonly places: readonly Place[]
  readonly power: number
}

/**
 * Sightings of any number of plates, with errors taken from real reads: each follows one real sighting, place by place
 * in any order, and at each place its character is read as the same character really was elsewhere, about as surely.
 * So a hard sighting has as many hard places as real ones have, and the stated probabilities are as true as the
 * engine's. A character that never was that unsure is read as surely as it was at its worst: slightly too easy.
 * @param real reads of the engine, with their truth
 */
export function resampledTraffic(
  seed: string,
  truths: readonly string[],
  real: readonly LabeledRead[],
): LabeledRead[] {
  const shapes: Shape[] = []
  /** By true character, then by sureness. */
  const pools = new Map<string, Place[][]>()
  for (const { truth, read } of real) {
    const places = placesOf(truth, read.chars)
    if (!places) continue
    shapes.push({ places, power: powerOf(read.confidence, product(read.chars)) })
    for (const [i, place] of places.entries()) {
      if (place.length !== 1) continue
      const char = truth[i]!
      if (!pools.has(char))
        pools.set(
          char,
          Array.from({ length: SURENESSES }, () => []),
        )
      pools.get(char)![surenessOf(place[0]!)]!.push(place)
    }
  }
  return truths.map((truth, n) => {
    const rng = random('bench-match', seed, n)
    const { places, power } = rng.pick(shapes)
    const order = shuffled(places, rng)
    const chars = Array.from(truth).flatMap((char, i) =>
      readAs(char, order[i] ?? rng.pick(places), pools.get(char), rng),
    )
    const plate = chars.map(({ char }) => char).join('')
    return { truth, read: { ...readOfPlate(plate), chars, confidence: product(chars) ** power } }
  })
}

/** A read of the same character elsewhere, with about the same confidence as at this place. */
function readAs(char: string, place: Place, pool: Place[][] | undefined, rng: Random): Place {
  const [first, ...extra] = place
  if (!first) return []
  let sureness = surenessOf(first)
  while (pool && sureness < SURENESSES - 1 && pool[sureness]!.length === 0) sureness++
  const known = pool?.[sureness] ?? []
  const read = known.length > 0 ? rng.pick(known) : [{ char, confidence: 1, alternatives: [] }]
  return [...read, ...extra]
}

const product = (chars: readonly ReadCharacter[]) =>
  chars.reduce((whole, { confidence }) => whole * Math.max(confidence, 1e-3), 1)

/** With a product near 1, there is no power to be found. */
const powerOf = (confidence: number, all: number) =>
  all > 0.999 ? 1 : Math.min(Math.max(Math.log(confidence) / Math.log(all), 0.1), 3)

/** Characters are about equally sure when they are in one of these: half a power of ten of what is left to 1. */
const SURENESSES = 8
const surenessOf = ({ confidence }: ReadCharacter) =>
  Math.min(SURENESSES - 1, Math.floor(-2 * Math.log10(Math.max(1 - confidence, 1e-4))))

function shuffled<Item>(items: readonly Item[], rng: Random): Item[] {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = rng.whole(0, i)
    const item = mixed[i]!
    mixed[i] = mixed[j]!
    mixed[j] = item
  }
  return mixed
}

/** Null for a read of something other than the plate, and for one with an extra character before the first. */
function placesOf(truth: string, chars: readonly ReadCharacter[]): Place[] | null {
  const places: ReadCharacter[][] = []
  const pairs = align(truth, chars.map(({ char }) => char).join(''))
  if (pairs.filter(([was, char]) => was !== char).length > truth.length / 2) return null
  let at = 0
  for (const [was, char] of pairs) {
    if (was !== null) places.push([])
    if (char === null) continue
    const here = chars[at++]!
    if (places.length === 0) return null
    places.at(-1)!.push(here)
  }
  return places
}
