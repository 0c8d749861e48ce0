import { type Miss, missOf } from '@sightline/edge-agent/tracking/motion'
import type { Box } from '@sightline/recognition/geometry'

/** Which hand-drawn boxes of a drive show the same vehicle: the truth with which passes are compared. Pure. */

/** A frame of a drive's camera with the plates that somebody drew. */
export interface LabeledFrame {
  /** Whose camera, and which drive. */
  readonly drive: string
  /** Since the drive began. */
  readonly second: number
  readonly boxes: readonly Box[]
}

/** One box of an appearance. */
export interface Place {
  readonly second: number
  readonly box: Box
}

/** One vehicle in view of the camera, until it leaves. */
export interface Appearance {
  /** Its boxes in order of time. */
  readonly places: readonly Place[]
  /** Whether the boxes alone show that it is one vehicle, and a different one from the others of its sequence. */
  readonly clear: boolean
}

/** Frames further apart than this, in seconds, belong to different sequences: at one a second, one may be missing. */
const MAX_GAP_S = 2
/** Most that a plate moves from one box to the next, in widths of the plate … */
const REACH = 2.5
/** … and its size changes by at most this factor, as a logarithm. */
const MAX_SCALE = Math.log(2)
/** A link over more widths, or over a missing second, is in doubt: a vehicle may have taken another's place. */
const SURE_REACH = 1

interface Open {
  readonly places: Place[]
  /** Whether all its links are beyond doubt. */
  sure: boolean
}

/** Frames of one drive in the order of time, without gaps of more than 2 s. */
export function sequencesOf<F extends LabeledFrame>(frames: readonly F[]): F[][] {
  const sequences: F[][] = []
  const ordered = [...frames].sort((a, b) => a.drive.localeCompare(b.drive) || a.second - b.second)
  for (const frame of ordered) {
    const last = sequences.at(-1)?.at(-1)
    const goesOn = last?.drive === frame.drive && frame.second - last.second <= MAX_GAP_S
    if (goesOn) sequences.at(-1)!.push(frame)
    else sequences.push([frame])
  }
  return sequences
}

/**
 * Links the boxes of one sequence into appearances. A box continues an appearance that was last seen at most 2 s
 * before when its center is at most 2.5 plate widths (geometric mean of both) away and its size (root of the area)
 * within a factor of two; the nearest pair first, each box and each appearance once. Most vehicles of the own lane
 * stay inside of that at one frame a second; oncoming ones do not, and are an appearance a frame.
 *
 * At that rate boxes alone cannot always tell. An appearance is `clear` when each of its links is over one second
 * and at most one width, with no other box that would have done, and when each other appearance of the sequence
 * was in one frame with it: those never seen together may be one vehicle, lost and found.
 */
export function linkBoxes(sequence: readonly LabeledFrame[]): Appearance[] {
  const all: Open[] = []
  for (const { second, boxes } of sequence) {
    const open = all.filter(({ places }) => second - places.at(-1)!.second <= MAX_GAP_S)
    const pairs = open
      .flatMap((one) => boxes.map((box) => ({ one, box, miss: missOf(one.places.at(-1)!.box, box) })))
      .filter(({ miss }) => fits(miss))
      .sort((a, b) => a.miss.widths - b.miss.widths)
    const linked = new Set<Box>()
    const continued = new Set<Open>()
    for (const { one, box, miss } of pairs) {
      if (linked.has(box) || continued.has(one)) continue
      const rivals = pairs.filter((pair) => pair.one === one || pair.box === box).length - 1
      const passed = second - one.places.at(-1)!.second
      one.sure &&= rivals === 0 && passed === 1 && miss.widths <= SURE_REACH
      one.places.push({ second, box })
      linked.add(box)
      continued.add(one)
    }
    all.push(
      ...boxes.filter((box) => !linked.has(box)).map((box) => ({ places: [{ second, box }], sure: true })),
    )
  }
  return all.map((one) => ({
    places: one.places,
    clear: one.sure && all.every((other) => other === one || together(one, other)),
  }))
}

const together = (a: Open, b: Open): boolean =>
  a.places.some(({ second }) => b.places.some((place) => place.second === second))

const fits = ({ widths, scale }: Miss): boolean => widths <= REACH && scale <= MAX_SCALE

/** Where it was nearest: the widest box. */
export const widest = ({ places }: Appearance): Place =>
  places.reduce((a, b) => (b.box[2] > a.box[2] ? b : a))
