import { MAX_PLATE_LENGTH } from '../../schemas/plate.ts'
import { ALL_CODES, allows, compilePattern, fits, lengths, type Pattern, type Place } from './pattern.ts'
import { CODES } from './plate-key.ts'

/**
 * Many patterns against one plate. Each pattern is a bit; for each place (counted from the start, and from the end)
 * and each character there is a row of bits: the patterns that allow it there. The patterns that fit are those
 * left when the rows of a plate's characters are combined, 32 at a time.
 */
export interface PatternSet {
  /** @param slot the display's; each at most once */
  add(slot: number, text: string): void
  remove(slot: number): void
  /** Hands over the slot of each pattern that a plate fits. */
  each(codes: Uint8Array, length: number, onFit: (slot: number) => void): void
  text(slot: number): string | undefined
  readonly size: number
  readonly bytes: number
}

const FROM_END = MAX_PLATE_LENGTH * CODES
const LENGTHS = 2 * FROM_END
const ROWS = LENGTHS + MAX_PLATE_LENGTH + 1

export function createPatternSet(): PatternSet {
  const bitOf = new Map<number, number>()
  const held: { slot: number; text: string; pattern: Pattern }[] = []
  const free: number[] = []
  let width = 0
  /** [row × width + word] */
  let rows = new Uint32Array(0)
  /** Patterns with a star: only they look from the end. */
  let stars = 0

  function widen(): void {
    const before = rows
    const wider = Math.max(1, width * 2)
    rows = new Uint32Array(ROWS * wider)
    for (let row = 0; row < ROWS; row++)
      rows.set(before.subarray(row * width, (row + 1) * width), row * wider)
    width = wider
  }

  function write(bit: number, { runs }: Pattern, on: boolean): void {
    const { shortest, longest } = lengths({ runs })
    const mark = (row: number, set: boolean) => {
      const at = row * width + (bit >>> 5)
      rows[at] = set ? rows[at]! | (1 << bit) : rows[at]! & ~(1 << bit)
    }
    for (let n = 0; n <= MAX_PLATE_LENGTH; n++) mark(LENGTHS + n, on && n >= shortest && n <= longest)
    const allowed = (place: Place | undefined, code: number) => place === undefined || allows(place, code)
    const last = runs.length > 1 ? runs.at(-1)! : []
    for (let i = 0; i < MAX_PLATE_LENGTH; i++) {
      for (const code of ALL_CODES) {
        mark(i * CODES + code, on && allowed(runs[0]![i], code))
        mark(FROM_END + i * CODES + code, on && allowed(last.at(-1 - i), code))
      }
    }
  }

  return {
    add(slot, text) {
      const pattern = compilePattern(text)
      const bit = free.pop() ?? held.length
      while (bit >= width * 32) widen()
      held[bit] = { slot, text, pattern }
      bitOf.set(slot, bit)
      if (pattern.runs.length > 1) stars++
      write(bit, pattern, true)
    },
    remove(slot) {
      const bit = bitOf.get(slot)
      if (bit === undefined) return
      const { pattern } = held[bit]!
      if (pattern.runs.length > 1) stars--
      write(bit, pattern, false)
      bitOf.delete(slot)
      free.push(bit)
    },
    each(codes, length, onFit) {
      for (let word = 0; word < width; word++) {
        let left = rows[(LENGTHS + length) * width + word]!
        for (let i = 0; i < length && left !== 0; i++) left &= rows[(i * CODES + codes[i]!) * width + word]!
        if (stars > 0) {
          for (let i = 0; i < length && left !== 0; i++) {
            left &= rows[(FROM_END + i * CODES + codes[length - 1 - i]!) * width + word]!
          }
        }
        for (; left !== 0; left &= left - 1) {
          const { slot, pattern } = held[word * 32 + 31 - Math.clz32(left & -left)]!
          if (pattern.runs.length <= 2 || fits(pattern, codes, length)) onFit(slot)
        }
      }
    },
    text: (slot) => {
      const bit = bitOf.get(slot)
      return bit === undefined ? undefined : held[bit]!.text
    },
    get size() {
      return bitOf.size
    },
    get bytes() {
      return rows.byteLength
    },
  }
}
