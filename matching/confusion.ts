import { CLASS_CODES, CLASS_OF, CLASSES, CODES, charOf } from './plate-key.ts'
import { KIND } from './serials.ts'

/** How a recognizer errs: the prior (priorTable), or the prior combined with measurements (measured-confusion.ts). */
export interface ConfusionTable {
  /** For each true character the probability of each character read in its place. */
  readonly read: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Probability that this true character is omitted. */
  readonly deleted: Readonly<Record<string, number>>
  /** Probability, at any one place, that this character is read although there is none. */
  readonly inserted: Readonly<Record<string, number>>
  /** Probability, per character, that the engine's own probabilities are misleading. */
  readonly doubt: number
}

/** A table prepared for matching: arrays over codes (plate-key.ts). */
export interface Confusion {
  /** [read × CODES + true]: if the character read is wrong, probability of each true one; each row sums to 1. */
  readonly truth: Float64Array
  /** By true character. */
  readonly deleted: Float64Array
  /** By character read. */
  readonly inserted: Float64Array
  readonly doubt: number
}

export function confusionOf(table: ConfusionTable): Confusion {
  const truth = new Float64Array(CODES * CODES)
  const [deleted, inserted] = [new Float64Array(CODES), new Float64Array(CODES)]
  for (let read = 1; read < CODES; read++) {
    const row = truth.subarray(read * CODES, (read + 1) * CODES)
    for (let code = 1; code < CODES; code++) {
      // A confusion that was never seen is still possible.
      if (code !== read) row[code] = (table.read[charOf(code)]?.[charOf(read)] ?? 0) + UNSEEN
    }
    const total = row.reduce((sum, value) => sum + value, 0)
    for (let code = 1; code < CODES; code++) row[code]! /= total
    deleted[read] = table.deleted[charOf(read)] ?? 0
    inserted[read] = table.inserted[charOf(read)] ?? 0
  }
  return { truth, deleted, inserted, doubt: table.doubt }
}

const UNSEEN = 1e-5

/** Pairs that are confused less often than the look-alikes of a class. */
const NEIGHBORS = ['CG', 'EF', 'PR', 'KX', '38', '17', '7T', '0C', '69', 'XY', 'JU', '89', 'BR', 'CO', 'DO']

/**
 * The assumption before any measurement: judgment, not data. Two characters in a hundred are misread; of these 65 % as
 * another of their class, 25 % as a neighbor, the rest as anything. A narrow character is lost or invented more easily.
 */
export function priorTable(): ConfusionTable {
  const characters = Array.from({ length: CODES - 1 }, (_, i) => charOf(i + 1))
  const read: Record<string, Record<string, number>> = {}
  for (const char of characters) {
    const alike = [...(CLASSES.find((members) => members.includes(char)) ?? '')].filter((c) => c !== char)
    const near = NEIGHBORS.filter((pair) => pair.includes(char)).map((pair) => pair.replace(char, ''))
    const shares = new Map(characters.map((other) => [other, other === char ? 0 : 0.1 / 35]))
    for (const [group, share] of [
      [alike, 0.65],
      [near, 0.25],
    ] as const) {
      for (const other of group) shares.set(other, shares.get(other)! + share / group.length)
    }
    const total = [...shares.values()].reduce((sum, share) => sum + share, 0)
    read[char] = { [char]: 1 - ERROR }
    for (const [other, share] of shares) if (other !== char) read[char]![other] = (ERROR * share) / total
  }
  const each = (usual: number, narrow: number) =>
    Object.fromEntries(characters.map((char) => [char, '1I'.includes(char) ? narrow : usual]))
  return { read, deleted: each(0.0003, 0.001), inserted: each(0.00001, 0.0001), doubt: 0.0015 }
}

const ERROR = 0.02

// Figures computed once from a confusion table, so that a read need not examine every character.

/** For each character read, the table's share of true characters of a kind. */
export const groupsOfKind = (truth: Float64Array, kind: number): Float64Array =>
  Float64Array.from({ length: CODES }, (_, read) =>
    KIND.reduce((sum, other, code) => (other === kind ? sum + truth[read * CODES + code]! : sum), 0),
  )

/**
 * For each character read, the largest shares in the table among others of its class, outside of it, and of each class.
 */
export function bestShares(truth: Float64Array) {
  const [within, outside] = [new Float64Array(CODES), new Float64Array(CODES)]
  const ofClass = new Float64Array(CODES * CODES)
  for (let read = 1; read < CODES; read++) {
    const row = largestOfClass(truth, read * CODES)
    ofClass.set(row, read * CODES)
    within[read] = row[CLASS_OF[read]!]!
    outside[read] = Math.max(...CLASS_CODES.map((code) => (code === CLASS_OF[read] ? 0 : row[code]!)))
  }
  return { within, outside, ofClass }
}

/** The largest value of each class, of CODES values from `from`. */
export function largestOfClass(values: Float64Array, from: number): Float64Array {
  const best = new Float64Array(CODES)
  for (let code = 1; code < CODES; code++) {
    const own = CLASS_OF[code]!
    best[own] = Math.max(best[own]!, values[from + code]!)
  }
  return best
}
