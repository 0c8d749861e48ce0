import type { Fact, FactEvidence, MatchKind, VehicleFact } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { type Confusion, confusionOf, priorTable } from './confusion.ts'
import { createEvidence, exactProbability, MAX_NEIGHBORS } from './evidence.ts'
import { type FactTables, TWINS, TWINS_OF_PATTERN, withFacts } from './facts.ts'
import { CODE, FOLDED, highWord, lowWord } from './plate-key.ts'
import { issuesOf, type Serials } from './serials.ts'
import { createDisplayStore, createdAt, expiresAt } from './store.ts'
import { factsFor } from './terms.ts'

/** A display that a read matches. */
export interface Match {
  /** Id of the display; its other data is in the bucket. */
  readonly id: string
  /** The plate or pattern of the display. */
  readonly plate: string
  readonly kind: MatchKind
  /**
   * Probability that the vehicle has the watched plate (evidence.ts explains the prior); for a pattern, that it has the
   * plate read. Lowered by a state or a vehicle that differs from the display's (facts.ts).
   */
  readonly probability: number
  /** The probability of the text alone; only where the display names facts. */
  readonly ofText?: number
  /** What the read says of each fact that the display names; only where it names any. */
  readonly evidence?: readonly FactEvidence[]
  /** Facts in which the read differs from the display. */
  readonly differs?: readonly Fact[]
  /** Facts of the vehicle that the display names and the camera did not recognize. */
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
   * display's probability; and those whose pattern fits the text, for another state or vehicle only if they reach it. Only
   * new reads (DSP-1), and only within the display's restrictions.
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
  /** How the networks err in states, colors and kinds; without one, errors fall on all others alike (facts.ts). */
  facts?: FactTables
  /** Issuers' serials (serials.ts); without them every text counts as one. */
  serials?: Serials
  /** False: only the text itself and look-alikes. */
  edits?: boolean
}

const NONE: readonly Match[] = []

/** The evidence of a match, and which facts differ or are missing. */
function factsOf(evidence: readonly FactEvidence[]): Pick<Match, 'evidence' | 'differs' | 'unchecked'> {
  const differs = evidence.flatMap(({ fact, result }) => (result === 'differs' ? [fact] : []))
  const unchecked = evidence.flatMap(({ fact, result }) =>
    result === 'unseen' && fact !== 'region' ? [fact] : [],
  )
  return { evidence, ...(differs.length > 0 && { differs }), ...(unchecked.length > 0 && { unchecked }) }
}

export function createDisplayIndex({
  confusion,
  facts,
  serials,
  edits = true,
}: IndexOptions = {}): DisplayIndex {
  const store = createDisplayStore(facts)
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
      const judged = factsFor(asked, read, storedAt)
      if (!judged) continue
      // What agrees or was not told leaves exactly the text's: facts only lower it, so a text below the threshold is out.
      const twins = isPlate ? TWINS : TWINS_OF_PATTERN
      const probability = judged.factor === 1 ? ofText : withFacts(ofText, judged.factor, twins)
      // An exact match is never lost to a guess. Other texts, and the many vehicles of a pattern, are usually what they
      // seem.
      if (judged.factor < 1 && !exact && probability < asked.minProbability) continue
      const kind = exact ? 'exact' : i < own ? 'confusable' : isPlate ? 'near' : 'pattern'
      matches.push({
        id: store.idOf(slot),
        plate: store.plateOf(slot),
        kind,
        probability,
        ...(judged.evidence.length > 0 && { ofText, ...factsOf(judged.evidence) }),
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
