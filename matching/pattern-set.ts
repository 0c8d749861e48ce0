import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
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

/** The characters allowed at one place: bit `code` is set (two words of 32, by `code >>> 5`). */
interface Place {
  readonly low: number
  readonly high: number
}

/**
 * A plate pattern as runs of places between its stars: `7A?*[BC]1` is [7, A, any], [B or C, 1]. A plain plate is one
 * run of single characters.
 */
interface Pattern {
  readonly runs: readonly (readonly Place[])[]
}

const ANY: Place = { low: ~0, high: ~0 }
const placeOf = (chars: string): Place => {
  let [low, high] = [0, 0]
  for (const char of chars) {
    const code = codeOf(char)
    if (code < 32) low |= 1 << code
    else high |= 1 << (code - 32)
  }
  return { low, high }
}

/** @param text valid by the schema `PlatePattern` */
export function compilePattern(text: string): Pattern {
  const runs: Place[][] = [[]]
  for (const [piece] of text.matchAll(/\[[A-Z0-9]+\]|./g)) {
    if (piece === '*') runs.push([])
    else runs.at(-1)!.push(piece === '?' ? ANY : placeOf(piece))
  }
  return { runs }
}

const allows = ({ low, high }: Place, code: number): boolean =>
  ((code < 32 ? low >>> code : high >>> (code - 32)) & 1) === 1

/** The lengths of plates that can match. */
function lengths({ runs }: Pattern): { shortest: number; longest: number } {
  const shortest = runs.reduce((sum, run) => sum + run.length, 0)
  return { shortest, longest: runs.length > 1 ? MAX_PLATE_LENGTH : shortest }
}

/**
 * Whether a plate (its first `length` codes) matches: the first run at its start, the last at its end, the others in
 * order between.
 */
export function fits({ runs }: Pattern, codes: Uint8Array, length: number): boolean {
  const runAt = (run: readonly Place[], at: number) => run.every((place, i) => allows(place, codes[at + i]!))
  const first = runs[0]!
  if (runs.length === 1) return length === first.length && runAt(first, 0)
  const last = runs.at(-1)!
  const end = length - last.length
  let at = first.length
  if (end < at || !runAt(first, 0) || !runAt(last, end)) return false
  for (const run of runs.slice(1, -1)) {
    // The earliest match leaves the most room for the rest.
    while (at + run.length <= end && !runAt(run, at)) at++
    if (at + run.length > end) return false
    at += run.length
  }
  return true
}

/** Every code, for tables. */
const ALL_CODES: readonly number[] = Array.from({ length: CODES - 1 }, (_, i) => i + 1)
