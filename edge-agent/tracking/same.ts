import type { Box } from '@sightline/recognition/geometry'
import { isStationary, type Miss, missOf, predict, turnsBack } from './motion.ts'
import { type Comparison, compare, type Spelling } from './spelling.ts'
import { spellingNow, type Track, votedOf } from './track.ts'

/**
 * Whether two sights, or two tracks, belong to one vehicle. The less time another vehicle had to take the place, the more the
 * position decides; the more time, the more the text. The figures are judgment about vehicles and plates, checked by the
 * simulated traffic of the tests, not fitted to photographs.
 */

/** Differences between texts (spelling.ts) up to which they are one plate, in nats: one badly seen character … */
const SAME_TEXT = 3
/** … one misread character, however sure … */
const ONE_CHARACTER = 5
/** … two of them … */
const TWO_CHARACTERS = 9.5
/** … and about half a plate. */
const HALF_THE_TEXT = 15
/** Nothing can replace a plate within this time, ms. */
const NO_TIME = 700
/** Vehicles follow each other at least at this interval, ms. */
const HEADWAY = 1500
/** Positions are the same from this intersection over union of the boxes. */
const SAME_PLACE = 0.4
/** The same for something as motionless as text written into the picture. */
const UNMOVED = 0.95
/** Largest difference from the expected size, as a logarithm. */
const MAX_SCALE = Math.log(2)

export interface Patience {
  /** After this long without a sight, ms, a track has ended. */
  readonly endAfterMs: number
  /** A plate seen again elsewhere within this time, ms, is the same pass. */
  readonly forgetAfterMs: number
  /** The same for a stationary vehicle in the same position. */
  readonly parkedForMs: number
  /**
   * A stationary plate that was searched for and not found for this long, ms, has left: a passing truck hides it for less.
   */
  readonly leftAfterMs: number
  /** The camera itself moves, so a plate's movement in its picture shows nothing. */
  readonly moves: boolean
}

/** How long after its last sight, ms, a track may still be the same vehicle in the same place. */
export function memoryOf({ motion, missed }: Track, patience: Patience): number {
  const hasLeft = missed !== null && missed.to - missed.from >= patience.leftAfterMs
  return isStationary(motion) && !hasLeft ? patience.parkedForMs : patience.forgetAfterMs
}

/**
 * Cost of taking a finding as the next sight of a track: differences of the text in nats, and the distance from the predicted
 * position in plate widths.
 * @returns null when it is another plate, or must prove by its vote that it is the same (sameTrack)
 */
export function costOf(
  track: Track,
  finding: { readonly box: Box; readonly spelling: Spelling },
  now: number,
  patience: Patience,
): number | null {
  const allowed = tolerance(track, finding.box, now, patience)
  if (allowed === null) return null
  const text = compare(spellingNow(track), finding.spelling)
  if (allowed < HALF_THE_TEXT && !alike(text, finding.spelling)) return null
  if (text.differ > allowed) return null
  return text.differ + Math.min(missOf(predict(track.motion, now), finding.box).widths, 10)
}

/** How different a text may be at this position after this time, in nats; null: no text would be accepted. */
function tolerance(track: Track, box: Box, now: number, patience: Patience): number | null {
  const { motion } = track
  const passed = now - motion.at
  const miss = missOf(predict(motion, now), box)
  const { widths, scale } = miss
  const there = isThere(miss)
  if (there && passed <= NO_TIME) return Number.POSITIVE_INFINITY
  const seconds = passed / 1000
  const unknown = motion.sights === 1
  if (there && !unknown && passed <= HEADWAY) return HALF_THE_TEXT
  if (unknown && passed <= NO_TIME / 2 && widths <= 1 + 10 * seconds && scale <= MAX_SCALE / 2) {
    return HALF_THE_TEXT
  }
  const reach = unknown ? 4 + 40 * seconds : 1 + 3 * seconds
  if (passed <= patience.endAfterMs && widths <= reach && scale <= MAX_SCALE) {
    // One sight does not show the direction: a text that certainly differs waits until its own direction does (sameTrack).
    // Something that has not moved at all, such as a clock written by a camera, is the same thing.
    const isOnItsWay = unknown
      ? missOf(motion.box, box).iou >= UNMOVED
      : there || (passed <= HEADWAY && (patience.moves || !turnsBack(motion, motion.box, box)))
    return isOnItsWay ? ONE_CHARACTER : SAME_TEXT
  }
  const stood = isStationary(motion) && missOf(motion.box, box).iou >= SAME_PLACE
  return stood && passed <= memoryOf(track, patience) ? SAME_TEXT : null
}

const isThere = ({ widths, scale, iou }: Miss): boolean =>
  iou >= SAME_PLACE || (widths <= 0.5 && scale <= MAX_SCALE / 2)

/** Whether two tracks, never seen in the same frame, belong to one vehicle; checked when one of them is due. */
export function sameTrack(a: Track, b: Track, patience: Patience): boolean {
  if (a.rivals.has(b)) return false
  const [early, late] = a.startedAt <= b.startedAt ? [a, b] : [b, a]
  const place = missOf(early.motion.box, late.motion.box).iou
  const stays = isStationary(early.motion) && place >= SAME_PLACE
  // A plate that was there before, and again afterward, was misread in between.
  if (stays && early.motion.at > late.startedAt && late.frames < early.frames) return true
  const gap = late.startedAt - Math.min(early.motion.at, late.startedAt)
  if (gap > (stays ? memoryOf(early, patience) : patience.forgetAfterMs)) return false
  const allowed = toleranceOfTracks(early, late, gap, patience)
  const { spelling } = votedOf(late)
  const text = compare(votedOf(early).spelling, spelling)
  return text.differ <= allowed && (allowed >= HALF_THE_TEXT || alike(text, spelling))
}

/** A track of one or two sights may be a misreading of the one that begins or ends there. */
function toleranceOfTracks(early: Track, late: Track, gap: number, { moves }: Patience): number {
  if (gap > HEADWAY || Math.min(early.frames, late.frames) > 2) return SAME_TEXT
  const { at, box } = late.early[0]!
  const [from, to] = [early.motion.box, box]
  // The next vehicle begins where this one began; a misread one continues from where it was.
  const isBack = !moves && (turnsBack(early.motion, from, to) || turnsBack(late.motion, from, to))
  if (gap > 0 && isBack) return SAME_TEXT
  if (early.motion.sights > 1 && isThere(missOf(predict(early.motion, at), box))) return HALF_THE_TEXT
  const { widths, scale } = missOf(early.motion.box, box)
  return gap <= NO_TIME && widths <= 2 && scale <= MAX_SCALE ? HALF_THE_TEXT : TWO_CHARACTERS
}

/** Enough in common that it is not chance. */
const alike = ({ agreed }: Comparison, spelling: Spelling): boolean =>
  agreed >= Math.max(2, 0.6 * spelling.length)
