import type { Region } from '@sightline/schemas/plate'
import { pickWeighted, type Random } from './random.ts'

/**
 * The plates one meets near San Diego and El Paso. `serial` is the issuer's format: A a letter, 9 a digit,
 * any other character printed as it is; `*` is where the issuer prints a small symbol.
 */
export interface PlateIssue {
  readonly region: Region
  readonly serial: string
  /** How many of 1000 vehicles carry it. */
  readonly weight: number
}

export const PLATE_ISSUES: readonly PlateIssue[] = [
  { region: 'us-ca', serial: '9AAA999', weight: 420 },
  { region: 'us-tx', serial: 'AAA*9999', weight: 220 },
  { region: 'us-nm', serial: 'AAA-999', weight: 70 },
  { region: 'us-az', serial: 'AAA9999', weight: 40 },
  { region: 'us-az', serial: 'A9A 9AA', weight: 30 },
  { region: 'us-nv', serial: '999-A99', weight: 40 },
  { region: 'us-co', serial: 'AAA-A99', weight: 20 },
  { region: 'us-ut', serial: 'A99 9AA', weight: 15 },
  { region: 'us-or', serial: '999 AAA', weight: 12 },
  { region: 'us-wa', serial: 'AAA9999', weight: 18 },
  { region: 'us-ny', serial: 'AAA-9999', weight: 12 },
  { region: 'us-fl', serial: 'AAA*A99', weight: 13 },
  { region: 'us-il', serial: 'AA 99999', weight: 10 },
  { region: 'us-ok', serial: 'AAA-999', weight: 10 },
  { region: 'mx-bcn', serial: 'AAA-999-A', weight: 45 },
  { region: 'mx-chh', serial: 'AAA-999-A', weight: 25 },
]

/** Issuers leave out letters that look like digits. */
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
const DIGITS = '0123456789'

export interface IssuedPlate {
  readonly region: Region
  /** As printed, with its separators: `ABC*1234`. */
  readonly print: string
  /** In normal form: `ABC1234`. */
  readonly plate: string
}

const CLASSES: Readonly<Record<string, string>> = { A: LETTERS, '9': DIGITS }

/** A plate as an issuer gives them out; not checked against those already given. */
export function issuePlate(rng: Random): IssuedPlate {
  return printPlate(pickWeighted(PLATE_ISSUES, rng), (kinds) => rng.whole(0, kinds - 1))
}

/** One of the issues: every other time of the given region, else by weight. */
export function pickIssue(local: Region, rng: Random): PlateIssue {
  const ours = PLATE_ISSUES.filter(({ region }) => region === local)
  return pickWeighted(ours.length > 0 && rng.chance(0.5) ? ours : PLATE_ISSUES, rng)
}

/** Prime to every number of letters and digits, so that multiplying by it only changes the order. */
const STRIDE = 15_485_863

/**
 * The `index`th plate of an issue, in an order that looks random: two indices never give the same plate, neither
 * in one issue nor in two of the same shape.
 * @param index below 2.3 million, the capacity of the smallest issue
 */
export function nthPlate(issue: PlateIssue, seed: number, index: number): IssuedPlate {
  const capacity = Array.from(issue.serial).reduce(
    (product, kind) => product * (CLASSES[kind]?.length ?? 1),
    1,
  )
  let left = ((index + 1 + (seed % 1000) * 7919) * STRIDE) % capacity
  return printPlate(issue, (kinds) => {
    const digit = left % kinds
    left = Math.floor(left / kinds)
    return digit
  })
}

/** @param choose gives a number from 0 to `kinds` - 1 for each letter and digit in turn */
function printPlate({ region, serial }: PlateIssue, choose: (kinds: number) => number): IssuedPlate {
  const print = Array.from(serial, (kind) => {
    const characters = CLASSES[kind]
    return characters ? characters[choose(characters.length)]! : kind
  }).join('')
  return { region, print, plate: print.replace(/[^A-Z0-9]/g, '') }
}
