import type { Confusion } from '@sightline/matching/confusion'
import { createEvidence, MAX_NEIGHBORS } from '@sightline/matching/evidence'
import {
  CLASS_OF,
  CODES,
  codeOf,
  FOLDED,
  highWord,
  lowWord,
  packHigh,
  packLow,
  textOf,
  unpack,
} from '@sightline/matching/plate-key'
import { DIGIT, issuesOf, KIND, LETTER, type Serials } from '@sightline/matching/serials'
import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { PLATE_ISSUES } from '@sightline/vendor-sim/world/plates'

/** A plate, other than the read's text, that may have been on the vehicle. */
export interface Possible {
  readonly plate: string
  readonly probability: number
  /** The share of `plates` (traffic.ts) that are this one. */
  readonly share: number
  /** Who issued so many of them. */
  readonly region: string
}

/** The codes that are possible at each place of a serial, and the share of each of its texts among all plates. */
const FORMATS = PLATE_ISSUES.map(({ region, serial, weight }) => {
  const kinds = [...serial.replace(/[^A9]/g, '')].map((kind) => (kind === 'A' ? LETTER : DIGIT))
  const texts = kinds.reduce<number>(
    (product, kind) => product * KIND.filter((one) => one === kind).length,
    1,
  )
  const all = PLATE_ISSUES.reduce((sum, issue) => sum + issue.weight, 0)
  return { region, kinds, share: weight / all / texts }
})

/** By class and kind: the codes that fold to it. */
const MEMBERS = [LETTER, DIGIT].map((kind) =>
  Array.from({ length: CODES }, (_, folded) =>
    Array.from(CLASS_OF.keys()).filter((code) => CLASS_OF[code] === folded && KIND[code] === kind),
  ),
)
const membersOf = (folded: number, kind: number) => MEMBERS[kind === LETTER ? 0 : 1]![folded]!

/** Each issuer that gives out such texts, and the share of `plates` that are this text of its own. */
export function issuersOf(plate: string): { region: string; share: number }[] {
  const kinds = Array.from(plate, (char) => KIND[codeOf(char)]!)
  return FORMATS.filter((format) => format.kinds.join() === kinds.join())
}

/** The share of `plates` that are this text. */
export const shareOf = (plate: string): number => issuersOf(plate).reduce((sum, { share }) => sum + share, 0)

/**
 * All plates for which the index would match a read with at least `least`, if they were displayed, with their shares. So the
 * false alerts of a randomly chosen display are computed rather than counted.
 */
export function possiblePlates(confusion: Confusion, serials: Serials | undefined, least: number) {
  const evidence = createEvidence(confusion, issuesOf(serials))
  const keys = new Int32Array(2 * MAX_NEIGHBORS)
  const folded = new Uint8Array(MAX_PLATE_LENGTH)
  const codes = new Uint8Array(MAX_PLATE_LENGTH)

  return (read: Read): Possible[] => {
    if (!evidence.take(read, least)) return []
    const count = evidence.neighbors(keys)
    const all = new Set([`${lowWord(read.plate, FOLDED)} ${highWord(read.plate, FOLDED)}`])
    for (let i = 0; i < count; i++) all.add(`${keys[2 * i]} ${keys[2 * i + 1]}`)
    const found: Possible[] = []
    for (const key of all) {
      const [low, high] = key.split(' ').map(Number) as [number, number]
      const length = unpack(low, high, folded)
      for (const format of FORMATS) if (format.kinds.length === length) unfold(format, 0)
    }
    return found

    function unfold(format: (typeof FORMATS)[number], place: number): void {
      const { kinds, share, region } = format
      if (place < kinds.length) {
        for (const code of membersOf(folded[place]!, kinds[place]!)) {
          codes[place] = code
          unfold(format, place + 1)
        }
        return
      }
      const [low, high] = [packLow(codes, kinds.length), packHigh(codes, kinds.length)]
      if (low === lowWord(read.plate) && high === highWord(read.plate)) return
      const probability = evidence.probability(low, high)
      if (probability >= least) found.push({ plate: textOf(low, high), probability, share, region })
    }
  }
}
