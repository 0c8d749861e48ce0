import type { Region } from '../../schemas/plate.ts'
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
  { region: 'us-az', serial: 'AAA9999', weight: 70 },
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

/** A plate as an issuer gives them out; not checked against those already given. */
export function issuePlate(rng: Random): IssuedPlate {
  const { region, serial } = pickWeighted(PLATE_ISSUES, rng)
  const print = Array.from(serial, (kind) => {
    if (kind === 'A') return rng.pick([...LETTERS])
    return kind === '9' ? rng.pick([...DIGITS]) : kind
  }).join('')
  return { region, print, plate: print.replace(/[^A-Z0-9]/g, '') }
}
