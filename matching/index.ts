import type { MatchKind, VehicleFact } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { type Confusion, confusionOf, priorTable } from './confusion.ts'
import { createEvidence, exactProbability, MAX_NEIGHBORS } from './evidence.ts'
import { CODE, FOLDED, highWord, lowWord } from './plate-key.ts'
import { issuesOf, type Serials } from './serials.ts'
import { createDisplayStore, createdAt, expiresAt } from './store.ts'
import { doubtOf } from './terms.ts'

/** A display that a read matches. */
export interface Match {
  /** Id of the display; its other data is in the bucket. */
  readonly id: string
  /** The plate or pattern of the display. */
  readonly plate: string
  readonly kind: MatchKind
  /**
   * Probability that the vehicle has the watched plate (evidence.ts explains the prior); for a pattern, that it has the
   * plate read. Lowered if the read has another state than the display (terms.ts).
   */
  readonly probability: number
  /** Where the read differs from the display. */
  readonly differs?: readonly 'region'[]
  /** Facts that the display requires and the camera did not recognize. */
  readonly unchecked?: readonly VehicleFact[]
}

/** The displays in memory: displays in, reads in, matches out. Pure: no clock, no broker. */
export interface DisplayIndex {
  /** Allocates space for all displays, if their number is known in advance. */
  reserve(count: number): void
  /**
   * Adds a display, or replaces the one with its id; an inactive one is only removed.
   * @param storedAt when the broker stored it (milliseconds): reads after that are new to the display, even if
   *   `createdAt`, from another clock, is later
   */
  set(display: Display, storedAt?: number): void
  remove(id: string): void
  /**
   * The displays that `read` matches at instant `now` (milliseconds): those whose plate is its text, whatever its
   * confidence and state; those whose plate is at most one edit and any number of look-alikes away, if they reach the
   * display's probability; and those whose pattern fits the text, for another state only if they reach it. Only new
   * reads (DSP-1), and only within the display's restrictions.
   * @param stored when the broker stored the read, which decides whether it is new: the camera's clock may be wrong;
   *   default `now`
   *   without it
   */
  match(read: Read, now: number, stored?: Stored): readonly Match[]
  readonly size: number
  /** Bytes of its arrays. */
  readonly bytes: number
}

/** A read as the broker stored it: its time is only requested where it matters. */
export interface Stored {
  readonly time: Date
}

/** How far apart the clocks of the broker's nodes may be: one node stores the displays, another the reads. */
const CLOCKS_APART_MS = 100

/** Whether a read was stored after a display or its step (DSP-1, DSP-5). @param since milliseconds */
export const isStoredSince = (storedAt: number, since: number): boolean => storedAt + CLOCKS_APART_MS >= since

export interface IndexOptions {
  /** How the recognizer errs; default: the prior. */
  confusion?: Confusion
  /** Issuers' serials (serials.ts); without them every text counts as one. */
  serials?: Serials
  /** False: only the text itself and look-alikes. */
  edits?: boolean
}

const NONE: readonly Match[] = []

export function createDisplayIndex({ confusion, serials, edits = true }: IndexOptions = {}): DisplayIndex {
  const store = createDisplayStore()
  const evidence = createEvidence(confusion ?? confusionOf(priorTable()), issuesOf(serials))
  const keys = new Int32Array(2 * MAX_NEIGHBORS)
  const codes = new Uint8Array(MAX_PLATE_LENGTH)
  const slots: number[] = []

  function match(read: Read, now: number, stored?: Stored): readonly Match[] {
    const { plate } = read
    if (slots.length > 0) slots.length = 0
    store.find(lowWord(plate, FOLDED), highWord(plate, FOLDED), slots)
    const own = slots.length
    let sharing = false
    if (own > 0 || edits) {
      sharing = evidence.take(read, store.terms.minProbability)
      if (sharing && edits) findNeighbors()
    }
    const plates = slots.length
    if (store.patterns.size > 0) findPatterns(plate)
    return slots.length === 0 ? NONE : judged(read, { now, stored }, own, plates, sharing)
  }

  function findNeighbors(): void {
    const count = evidence.neighbors(keys)
    for (let i = 0; i < count; i++) store.find(keys[2 * i]!, keys[2 * i + 1]!, slots)
  }

  function findPatterns(plate: string): void {
    for (let i = 0; i < plate.length; i++) codes[i] = CODE[plate.charCodeAt(i)]!
    store.patterns.find(codes, plate.length, slots)
  }

  /**
   * The matches among the slots found: up to `own` those with the read's folded text, then up to `plates` its
   * neighbors, then patterns.
   * @param sharing whether texts other than the read's may reach a threshold
   */
  function judged(
    read: Read,
    { now, stored }: { now: number; stored: Stored | undefined },
    own: number,
    plates: number,
    sharing: boolean,
  ): Match[] {
    const { rows, terms } = store
    const low = lowWord(read.plate)
    const high = highWord(read.plate)
    const matches: Match[] = []
    let storedAt = Number.NaN
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      const isPlate = i < plates
      const exact = isPlate && rows.low[slot] === low && rows.high[slot] === high
      if (isPlate && !exact && !sharing) continue
      const ofText =
        exact || !isPlate
          ? exactProbability(read.confidence)
          : evidence.probability(rows.low[slot]!, rows.high[slot]!)
      const asked = terms.at(rows.terms[slot]!)
      if (isPlate && !exact && ofText < asked.minProbability) continue
      // Two ways of omitting or adding a character may lead to one plate.
      if (i >= own && slots.indexOf(slot) < i) continue
      if (Number.isNaN(storedAt)) storedAt = stored?.time.getTime() ?? now
      // Expired is expired at that very instant, by either clock (DSP-3).
      if (Math.max(now, storedAt) >= expiresAt(rows, slot)) continue
      // What was stored before the display is history (DSP-1).
      if (!isStoredSince(storedAt, createdAt(rows, slot))) continue
      const doubt = doubtOf(asked, read, storedAt)
      if (!doubt) continue
      const probability = ofText * doubt.factor
      // An exact match is never lost to a guess. Other texts, and the many vehicles of a pattern, are usually what they
      // seem.
      if (doubt.differs && !exact && probability < asked.minProbability) continue
      const kind = exact ? 'exact' : i < own ? 'confusable' : isPlate ? 'near' : 'pattern'
      matches.push({
        id: store.idOf(slot),
        plate: store.plateOf(slot),
        kind,
        probability,
        ...(doubt.differs && { differs: ['region'] as const }),
        ...(doubt.unchecked.length > 0 && { unchecked: doubt.unchecked }),
      })
    }
    return matches
  }

  return {
    reserve: store.reserve,
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
