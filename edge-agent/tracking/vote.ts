import { CHARACTERS, distribution, round } from '@sightline/recognition/characters'
import type { PlateFinding } from '@sightline/recognition/engine'
import { MAX_PLATE_LENGTH, type Region } from '@sightline/schemas/plate'
import type { ReadCharacter } from '@sightline/schemas/read'
import { align } from './align.ts'
import { spellingOf, top } from './spelling.ts'

/** One text from many frames of a plate; pure, and independent of the order of the frames. */

export interface Vote {
  readonly text: string
  /** Probability that the whole text is right, 0 to 1. */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region | null
  readonly regionConfidence: number | null
}

/** A place in the text. `seen[f]` is the character of frame f, undefined if it has none. */
interface Slot {
  readonly seen: (Float64Array | undefined)[]
  /** Sum over the frames of the logarithms: CHARACTERS, then "no character here". */
  readonly sum: Float64Array
}

const NONE = CHARACTERS.length
/** A text that differs from a frame's reading is one of about this many that it could be confused with. */
const OTHER_TEXTS = 10
/** Effect of a missing or an extra character on the probability of a text. */
const STRAY = 0.05
/** What a frame without a character leaves of every other frame's character there: some are invented. */
const OVERLOOKED = 0.2
/** Cost of a new slot in the alignment, in nats: two strays cost more than one sure misreading. */
const NEW_SLOT = 2.5

/**
 * The frames' texts are aligned, the surest first, each with the combination of the previous ones (`align`). In every slot s
 * each character c, and "none", gets
 *
 *     p(c) ∝ exp( 1/√n · Σ_f ln p_f(c) )
 *
 * over all n frames f: a product, with the root because frames of one pass err together (n equal ones count as √n independent
 * ones). The text is the most likely character of each slot whose most likely value is not "none". Its confidence is pooled
 * in the same way:
 *
 *     logit(confidence) = 1/√n · Σ_f e_f + (√a − 1) · ln 10
 *
 * A frame that reads exactly this text, with confidence P, contributes e = logit(P). One that reads another text contributes
 * e = ln(P(this)/P), at most 0, where P(this) is P in the ratio of the characters' probabilities, at least a tenth of 1 − P:
 * an unsure reading of something else says nothing. The last term is the value of a frames that agree: two equal misreadings
 * are rarer than two misreadings. One frame's vote is its finding, unchanged.
 * @param findings at least one
 */
export function vote(findings: readonly PlateFinding[]): Vote {
  const ranked = findings.toSorted(surestFirst)
  const best = ranked[0]!
  const regions = voteRegion(ranked)
  const unchanged = { text: best.text, confidence: best.confidence, chars: best.chars, ...regions }
  if (ranked.length === 1) return unchanged
  const slots: Slot[] = []
  for (const [f, finding] of ranked.entries()) add(slots, f, finding, ranked)
  const kept = strongest(slots.filter(({ sum }) => top(sum) !== NONE))
  // Each frame has its characters elsewhere: there is nothing in common to vote on.
  if (kept.length === 0) return unchanged
  const sharpness = 1 / Math.sqrt(ranked.length)
  const chars = kept.map(({ sum }) => distribution([...softmax(sum.subarray(0, NONE), sharpness)]))
  const text = chars.map(({ char }) => char).join('')
  const agreeing = ranked.filter((finding) => finding.text === text).length
  const evidence = ranked.reduce((sum, finding, f) => {
    return sum + (finding.text === text ? supporting(finding) : opposing(finding, f, slots, kept))
  }, 0)
  const logit = evidence * sharpness + (Math.sqrt(Math.max(agreeing, 1)) - 1) * Math.log(OTHER_TEXTS)
  return {
    text,
    confidence: round(1 / (1 + Math.exp(-logit))),
    chars,
    ...regions,
  }
}

function surestFirst(a: PlateFinding, b: PlateFinding): number {
  return b.confidence - a.confidence || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
}

/** Aligns a frame with the slots; where it has an extra character, a slot is inserted. */
function add(
  slots: Slot[],
  f: number,
  { chars, confidence, cut }: PlateFinding,
  ranked: readonly PlateFinding[],
) {
  const spelling = spellingOf(chars)
  const present = slots.map(({ seen }) => seen.filter((one) => one !== undefined).length)
  // A frame without this character says nothing about which one it is.
  const pooled = slots.map(({ sum }, i) => softmax(sum.subarray(0, NONE), 1 / present[i]!))
  const { pairs } = align(slots.length, spelling.length, {
    pair: (i, j) => -Math.log(Math.max(dot(pooled[i]!, spelling[j]!), 1e-4)),
    leftAlone: (i) => Math.min(NEW_SLOT, -Math.log((f - present[i]! + 0.5) / (f + 1))),
    rightAlone: () => NEW_SLOT,
  })
  const grown = pairs.map(([i, j]) => {
    const slot = i === null ? emptySlot(ranked.slice(0, f)) : slots[i]!
    const seen = j === null ? undefined : spelling[j]!
    slot.seen[f] = seen
    if (seen || !cut) addEvidence(slot.sum, seen, confidence)
    return slot
  })
  slots.splice(0, slots.length, ...grown)
}

function emptySlot(before: readonly PlateFinding[]): Slot {
  const slot: Slot = { seen: [], sum: new Float64Array(NONE + 1) }
  // One of whose characters something hides says nothing where it has none.
  for (const { confidence, cut } of before) if (!cut) addEvidence(slot.sum, undefined, confidence)
  return slot
}

/** A finding that is unsure as a whole may have read something else: it counts for less. */
function addEvidence(sum: Float64Array, seen: Float64Array | undefined, confidence: number): void {
  const trust = 0.68 + 0.3 * confidence
  const none = seen ? 0.02 + 0.2 * (1 - Math.max(...seen)) : 0.5 + 0.45 * confidence
  const even = 1 / NONE
  for (let c = 0; c < NONE; c++) {
    // A frame without a character here says how likely it overlooked one, but not which.
    const p = seen ? trust * seen[c]! + (1 - trust) * even : OVERLOOKED
    sum[c]! += Math.log((1 - none) * p)
  }
  sum[NONE]! += Math.log(none)
}

/** At most as many as a plate has, those that are most likely there, in order. */
function strongest(slots: readonly Slot[]): Slot[] {
  const presence = ({ sum }: Slot) => Math.max(...sum.subarray(0, NONE)) - sum[NONE]!
  const kept = new Set(slots.toSorted((a, b) => presence(b) - presence(a)).slice(0, MAX_PLATE_LENGTH))
  return slots.filter((slot) => kept.has(slot))
}

/** Contribution of a frame that reads the voted text: at worst nothing, when agreement counts by itself. */
function supporting({ confidence }: PlateFinding): number {
  const p = Math.min(confidence, 1 - 1e-4)
  return Math.max(Math.log(p / (1 - p)), -Math.log(OTHER_TEXTS))
}

/** Contribution of a frame that reads a text other than that of `kept`. */
function opposing(
  { confidence, cut }: PlateFinding,
  f: number,
  slots: readonly Slot[],
  kept: readonly Slot[],
): number {
  let ratio = 1
  for (const slot of slots) {
    const seen = slot.seen[f]
    if (kept.includes(slot)) ratio *= seen ? seen[top(slot.sum)]! / Math.max(...seen) : cut ? 1 : STRAY
    else if (seen) ratio *= STRAY
  }
  const own = Math.min(Math.max(confidence, 1e-4), 1 - 1e-4)
  return Math.min(0, Math.log(Math.max(own * ratio, (1 - own) / OTHER_TEXTS) / own))
}

/** Mean of the probabilities from the frames that name a region, weighted by their confidence in the text. */
function voteRegion(findings: readonly PlateFinding[]): Pick<Vote, 'region' | 'regionConfidence'> {
  const weights = new Map<Region, number>()
  let total = 0
  for (const { region, regionConfidence, confidence } of findings) {
    if (region === null) continue
    const weight = Math.max(confidence, 0.01)
    total += weight
    weights.set(region, (weights.get(region) ?? 0) + weight * (regionConfidence ?? 0.5))
  }
  const [best] = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return best
    ? { region: best[0], regionConfidence: round(best[1] / total) }
    : { region: null, regionConfidence: null }
}

function softmax(logs: Float64Array, sharpness: number): Float64Array {
  const max = Math.max(...logs)
  const raised = logs.map((value) => Math.exp((value - max) * sharpness))
  const sum = raised.reduce((total, value) => total + value, 0)
  return raised.map((value) => value / sum)
}

function dot(slot: Float64Array, seen: Float64Array): number {
  let sum = 0
  for (let c = 0; c < NONE; c++) sum += slot[c]! * seen[c]!
  return sum
}
