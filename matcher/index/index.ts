import type { MatchKind } from '../../schemas/alert.ts'
import type { Display } from '../../schemas/display.ts'
import { MAX_PLATE_LENGTH } from '../../schemas/plate.ts'
import type { Read } from '../../schemas/read.ts'
import { type Confusion, confusionOf, priorTable } from './confusion.ts'
import { createEvidence, exactProbability, MAX_NEIGHBOURS } from './evidence.ts'
import { foldWord } from './look-alikes.ts'
import { highWord, lowWord, unpack } from './plate-key.ts'
import { createdAt, expiresAt } from './rows.ts'
import { serialTest } from './serials.ts'
import { createDisplayStore } from './store.ts'
import { termsHold } from './terms.ts'

/** A display that a read answers. */
export interface Match {
  /** Id of the display; its other data are in the bucket. */
  readonly id: string
  /** The plate or pattern displayed. */
  readonly plate: string
  readonly kind: MatchKind
  /**
   * That the vehicle carries the plate displayed (evidence.ts says under which prior); of a pattern, that it carries
   * the plate read.
   */
  readonly probability: number
}

/** The displays in memory: displays in, reads in, matches out. Pure: no clock, no broker. */
export interface DisplayIndex {
  /** Adds a display, or replaces the one with its id; one that is not active is only taken out. */
  set(display: Display): void
  remove(id: string): void
  /**
   * The displays that `read` matches at instant `now` (milliseconds): those whose plate is its text, whatever its
   * confidence; those whose plate is at most one edit and any look-alikes away, from their own probability on;
   * and those whose pattern the text fits. Only new reads (DSP-1), and only within the display's restrictions.
   */
  match(read: Read, now: number): readonly Match[]
  readonly size: number
  /** Bytes of its arrays. */
  readonly bytes: number
}

export interface IndexOptions {
  /** How the recogniser errs; default: the prior. */
  confusion?: Confusion
  /** Issuers' serials (serials.ts); without them every text passes for one. */
  serials?: readonly string[]
  /** False: only the text itself and look-alikes. */
  edits?: boolean
}

const NONE: readonly Match[] = []

export function createDisplayIndex({ confusion, serials, edits = true }: IndexOptions = {}): DisplayIndex {
  const store = createDisplayStore()
  const evidence = createEvidence(confusion ?? confusionOf(priorTable()), serialTest(serials))
  const keys = new Int32Array(2 * MAX_NEIGHBOURS)
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  const slots: number[] = []

  function match(read: Read, now: number): readonly Match[] {
    const { plate } = read
    const low = lowWord(plate)
    const high = highWord(plate)
    if (slots.length > 0) slots.length = 0
    store.find(foldWord(low), foldWord(high), slots)
    const own = slots.length
    let sharing = false
    if (own > 0 || edits) {
      sharing = evidence.take(read, store.terms.minProbability)
      if (sharing && edits) findNeighbours()
    }
    if (slots.length === 0 && store.patterns.size === 0) return NONE
    const matches: Match[] = []
    const seen = Date.parse(read.seenAt)
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const exact = store.rows.low[slot] === low && store.rows.high[slot] === high
      if (!exact && !sharing) continue
      const probability = exact
        ? exactProbability(read.confidence)
        : evidence.probability(store.rows.low[slot]!, store.rows.high[slot]!)
      if (!exact && probability < store.terms.at(store.rows.terms[slot]!).minProbability) continue
      // Two ways of leaving out or adding a character may lead to one plate.
      if (i >= own && slots.indexOf(slot) < i) continue
      const kind = exact ? 'exact' : i < own ? 'confusable' : 'near'
      accept(slot, kind, probability, read, seen, now, matches)
    }
    if (store.patterns.size > 0) {
      const length = unpack(low, high, codes)
      store.patterns.each(codes, length, (slot) =>
        accept(slot, 'pattern', exactProbability(read.confidence), read, seen, now, matches),
      )
    }
    return matches
  }

  function findNeighbours(): void {
    const count = evidence.neighbours(keys)
    for (let i = 0; i < count; i++) store.find(keys[2 * i]!, keys[2 * i + 1]!, slots)
  }

  function accept(
    slot: number,
    kind: MatchKind,
    probability: number,
    read: Read,
    seen: number,
    now: number,
    matches: Match[],
  ): void {
    const { rows, terms } = store
    // Expired is expired at that very instant (DSP-3); a read from before the display is history (DSP-1).
    if (now >= expiresAt(rows, slot) || seen < createdAt(rows, slot)) return
    if (!termsHold(terms.at(rows.terms[slot]!), read)) return
    matches.push({ id: store.idOf(slot), plate: store.plateOf(slot), kind, probability })
  }

  return {
    set: store.set,
    remove: store.remove,
    match,
    get size() {
      return store.size
    },
    get bytes() {
      return store.bytes
    },
  }
}
