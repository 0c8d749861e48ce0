import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { type Confusion, largestOfClass } from './confusion.ts'
import { CLASS_CODES, CLASS_OF, CODES, packHigh, packLow } from './plate-key.ts'
import type { CharacterWeights } from './weights.ts'

/** Maximum number of keys: each place replaced or left out, each class at each gap. */
export const MAX_NEIGHBOURS = MAX_PLATE_LENGTH * CODES + MAX_PLATE_LENGTH + (MAX_PLATE_LENGTH + 1) * CODES

/**
 * Finds the plates that a read may be a misread of: those that differ from it by one class of look-alikes, replaced,
 * missing or extra. Works on folded keys (plate-key.ts), without allocating memory.
 */
export interface Neighbours {
  /** Upper bound of the weight of a character that the read lacks. */
  readonly mostDeleted: number
  /**
   * Writes the folded keys, low and high alternating, of plates whose weight may reach `leastWeight`.
   * @returns number of keys
   */
  write(keys: Int32Array, leastWeight: number): number
}

export function createNeighbours(weights: CharacterWeights, { deleted }: Confusion): Neighbours {
  const { codes, within, outside, extra } = weights
  const folded = new Uint8Array(MAX_PLATE_LENGTH + 1)
  const deletedOfClass = largestOfClass(deleted, 0)
  const mostDeleted = Math.max(...deletedOfClass)
  let keys: Int32Array
  let count = 0

  function put(size: number): void {
    keys[2 * count] = packLow(folded, size)
    keys[2 * count++ + 1] = packHigh(folded, size)
  }

  function replaced(leastWeight: number): void {
    const { length, withinAll } = weights
    for (let i = 0; i < length; i++) folded[i] = CLASS_OF[codes[i]!]!
    for (let i = 0; i < length; i++) {
      const others = withinAll / within[i]!
      if (others * outside[i]! < leastWeight) continue
      const own = folded[i]!
      for (const code of CLASS_CODES) {
        if (code === own || others * weights.mostOfClass(i, code) < leastWeight) continue
        folded[i] = code
        put(length)
      }
      folded[i] = own
    }
  }

  /** Plates without one of the read's characters. */
  function shortened(leastWeight: number): void {
    const { length, withinAll } = weights
    for (let i = 0; i < length; i++) {
      if ((withinAll / within[i]!) * extra[i]! < leastWeight) continue
      for (let j = 0; j < i; j++) folded[j] = CLASS_OF[codes[j]!]!
      for (let j = i; j < length - 1; j++) folded[j] = CLASS_OF[codes[j + 1]!]!
      put(length - 1)
    }
  }

  /** Plates with one character that the read lacks. */
  function lengthened(leastWeight: number): void {
    const { length, withinAll } = weights
    for (const code of CLASS_CODES) {
      if (withinAll * deletedOfClass[code]! < leastWeight) continue
      for (let i = 0; i <= length; i++) {
        for (let j = 0; j < i; j++) folded[j] = CLASS_OF[codes[j]!]!
        folded[i] = code
        for (let j = i; j < length; j++) folded[j + 1] = CLASS_OF[codes[j]!]!
        put(length + 1)
      }
    }
  }

  return {
    mostDeleted,
    write(into, leastWeight) {
      keys = into
      count = 0
      const { length, withinAll } = weights
      replaced(leastWeight)
      if (length > 1) shortened(leastWeight)
      if (length < MAX_PLATE_LENGTH && withinAll * mostDeleted >= leastWeight) lengthened(leastWeight)
      return count
    },
  }
}
