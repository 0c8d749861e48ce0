import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { ALL_CODES, allows, compilePattern, fits, lengths, type Pattern, type Place } from './pattern.ts'
import { CODES, codeOf } from './plate-key.ts'

/**
 * Matches many patterns against one plate: those with a known first character are tried only with plates that begin
 * with it.
 */
export interface PatternSet {
  /** @param slot the display's; each at most once */
  add(slot: number, text: string): void
  remove(slot: number): void
  /** Appends the slot of each pattern that matches a plate. */
  find(codes: Uint8Array, length: number, slots: number[]): void
  text(slot: number): string | undefined
  readonly size: number
  readonly bytes: number
}

export function createPatternSet(): PatternSet {
  /** By code of the first character; 0: it may be one of several. */
  const groups: (Group | undefined)[] = Array.from({ length: CODES }, () => undefined)
  const texts = new Map<number, string>()
  const groupOf = (text: string) => codeOf(text[0]!)

  return {
    add(slot, text) {
      groups[groupOf(text)] ??= createGroup()
      groups[groupOf(text)]!.add(slot, text)
      texts.set(slot, text)
    },
    remove(slot) {
      const text = texts.get(slot)
      if (text === undefined) return
      groups[groupOf(text)]!.remove(slot)
      texts.delete(slot)
    },
    find(codes, length, slots) {
      groups[0]?.find(codes, length, slots)
      groups[codes[0]!]?.find(codes, length, slots)
    },
    text: (slot) => texts.get(slot),
    get size() {
      return texts.size
    },
    get bytes() {
      return groups.reduce((sum, group) => sum + (group?.bytes ?? 0), 0)
    },
  }
}

/**
 * Each pattern is a bit. For each place (counted from the start, and from the end) and each character there is a row of
 * bits: the patterns that allow it there. Combining the rows of a plate's characters leaves the matching patterns, 32
 * at a time.
 */
interface Group {
  add(slot: number, text: string): void
  remove(slot: number): void
  find(codes: Uint8Array, length: number, slots: number[]): void
  readonly bytes: number
}

const FROM_END = MAX_PLATE_LENGTH * CODES
const LENGTHS = 2 * FROM_END
const ROWS = LENGTHS + MAX_PLATE_LENGTH + 1

function createGroup(): Group {
  const bitOf = new Map<number, number>()
  const held: { slot: number; pattern: Pattern }[] = []
  const free: number[] = []
  let width = 0
  /** [row × width + word] */
  let rows = new Uint32Array(0)
  /** Patterns with a star: only they are compared from the end. */
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
      held[bit] = { slot, pattern }
      bitOf.set(slot, bit)
      if (pattern.runs.length > 1) stars++
      write(bit, pattern, true)
    },
    remove(slot) {
      const bit = bitOf.get(slot)!
      const { pattern } = held[bit]!
      if (pattern.runs.length > 1) stars--
      write(bit, pattern, false)
      bitOf.delete(slot)
      free.push(bit)
    },
    find(codes, length, slots) {
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
          if (pattern.runs.length <= 2 || fits(pattern, codes, length)) slots.push(slot)
        }
      }
    },
    get bytes() {
      return rows.byteLength
    },
  }
}
