import { CLASS_CODES, CLASS_OF } from './look-alikes.ts'
import { CODES } from './plate-key.ts'
import { KIND } from './serials.ts'

// Figures computed once from a confusion table, so that a read need not examine every character.

/** For each character read, the table's share of true characters of a kind. */
export const sharesOfKind = (truth: Float64Array, kind: number): Float64Array =>
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
