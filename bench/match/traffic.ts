import type { ConfusionTable } from '@sightline/matching/confusion'
import { EDGE_SOURCE, type Read, type ReadCharacter, readId } from '@sightline/schemas/read'
import { issuePlate } from '@sightline/vendor-sim/world/plates'
import { type Random, random } from '@sightline/vendor-sim/world/random'

/** A read, and the plate that was really there. */
export interface LabeledRead {
  readonly truth: string
  readonly read: Read
  /** The plate's issuer, where it is known. */
  readonly region?: string
}

export const NOON = '2026-06-01T12:00:00.000Z'

/** A read of a text by an unnamed engine, with high confidence. */
export function readOfPlate(plate: string): Read {
  return {
    v: 1,
    id: readId('bench', NOON, plate),
    plate,
    confidence: 1,
    region: null,
    regionConfidence: null,
    chars: [...plate].map((char) => ({ char, confidence: 1, alternatives: [] })),
    seenAt: NOON,
    camera: { id: 'c1', owner: 'bench', ownerType: 'agency', kind: 'fixed', country: 'US', address: null },
    source: EDGE_SOURCE,
    position: { fix: 'surveyed', lat: 32.7, lon: -117.2, accuracyM: 1, headingDeg: null, speedMps: null },
    vehicle: null,
    pictures: { plate: null, vehicle: null },
    engine: { name: 'bench', version: '1' },
  }
}

/** `count` different plates, as issuers near San Diego and El Paso issue them. */
export function plates(seed: string, count: number): string[] {
  const rng = random('bench-match', seed)
  const given = new Set<string>()
  while (given.size < count) given.add(issuePlate(rng).plate)
  return [...given]
}

/**
 * How hard the characters of a plate are to read: the mean of the log-likelihood ratio between the true character
 * and the one that it is mistaken for. Most plates are clear, one in twelve is not.
 */
const CLEAR = 26
const POOR = [2, 9] as const
const POOR_SHARE = 1 / 12

/**
 * Reads of plates as a calibrated recognizer gives them. Each character has one rival, drawn from the
 * confusion table; the evidence between the two is normal with a variance of twice its mean, which makes
 * the stated probabilities true: of the characters at 0.9, nine in ten are right. Characters are lost and invented
 * at the table's rates, and nothing in the read tells of it but a confidence a little below the product.
 */
export function misreadTraffic(
  seed: string,
  truths: readonly string[],
  table: ConfusionTable,
): LabeledRead[] {
  const rivals = new Map(Object.keys(table.read).map((char) => [char, rivalsOf(char, table)]))
  return truths.map((truth, n) => {
    const rng = random('bench-match', seed, n)
    const hardness = rng.chance(POOR_SHARE) ? rng.between(...POOR) : CLEAR
    const chars: ReadCharacter[] = []
    let whole = 1
    for (const char of truth) {
      if (rng.chance(table.deleted[char] ?? 0)) {
        whole *= 0.9
        continue
      }
      chars.push(readCharacter(char, drawn(rivals.get(char)!, rng), hardness, rng))
      const invented = Object.entries(table.inserted).find(([, rate]) => rng.chance(rate))
      if (invented) chars.push({ char: invented[0], confidence: 0.9, alternatives: [] })
    }
    const plate = chars.map(({ char }) => char).join('')
    for (const { confidence } of chars) whole *= confidence
    return { truth, read: { ...readOfPlate(plate), chars, confidence: round4(whole) } }
  })
}

function readCharacter(truth: string, rival: string, mean: number, rng: Random): ReadCharacter {
  const odds = rng.normal(mean, Math.sqrt(2 * mean))
  const likely = 1 / (1 + Math.exp(-Math.abs(odds)))
  const [char, other] = odds >= 0 ? [truth, rival] : [rival, truth]
  const [confidence, left] = [round4(likely), round4(1 - likely)]
  return { char, confidence, alternatives: left >= 0.01 ? [{ char: other, confidence: left }] : [] }
}

interface Rivals {
  readonly chars: readonly string[]
  readonly upTo: readonly number[]
}

/** The characters for which one is mistaken, with cumulative frequencies. */
function rivalsOf(char: string, { read }: ConfusionTable): Rivals {
  const others = Object.entries(read[char]!).filter(([other]) => other !== char)
  let sum = 0
  return { chars: others.map(([other]) => other), upTo: others.map(([, rate]) => (sum += rate)) }
}

function drawn({ chars, upTo }: Rivals, rng: Random): string {
  const at = rng.next() * upTo.at(-1)!
  return chars[upTo.findIndex((sum) => at < sum)]!
}

const round4 = (value: number) => Math.round(value * 1e4) / 1e4
