import type { PlateFinding } from '@sightline/recognition/engine'
import { type Box, distance, type Point, quadHeight } from '@sightline/recognition/geometry'
import type { Region } from '@sightline/schemas/plate'
import type { ReadCharacter } from '@sightline/schemas/read'
import { type Direction, directionOf } from './direction.ts'
import { advance, type Motion, startMotion } from './motion.ts'
import { type Spelling, spellingOf } from './spelling.ts'
import { type Vote, vote } from './vote.ts'

/** One camera's finding of one plate at one instant. */
export interface Sight {
  /** Of the frame, milliseconds since 1970. */
  readonly seenAt: number
  readonly finding: PlateFinding
}

/** One vehicle passed one camera (CAP-3): the basis of one read. */
export interface Pass {
  /** Instants of the first and the last frame with this plate, milliseconds since 1970. */
  readonly first: number
  readonly last: number
  /** Number of frames with it. */
  readonly frames: number
  /** The sight whose picture shows the plate best; if possible, one with the same text as the vote. */
  readonly best: Sight
  /** Voted from all frames (vote.ts); normal form. */
  readonly text: string
  /** Probability that `text` is right, 0 to 1 (CAP-4). */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region | null
  readonly regionConfidence: number | null
  /** Null if it hardly moved. */
  readonly direction: Direction | null
  /** Whether it crossed the camera's line; true if there is none. */
  readonly counts: boolean
  /** How far its plate moved, in its own widths: almost nothing for something motionless. */
  readonly wander: number
  /** Several texts were read with confidence in its place, none of them mostly: a clock, or a changing sign. */
  readonly isChanging: boolean
  /** Its last position, as shares of the picture's width (0 to 1): x, y, width, height. */
  readonly place: Box
  /** No frame showed the whole plate. */
  readonly cut?: true
}

/** A plate that is being tracked. Times named `at` are in the tracker's own time, which never goes back (tracker.ts). */
export interface Track {
  motion: Motion
  readonly startedAt: number
  seenFrom: number
  seenTo: number
  frames: number
  /** First and last boxes with their instants, in order. */
  early: Placed[]
  late: Placed[]
  /** The surest sights, for the vote. */
  sights: Sight[]
  /** The best pictures. */
  pictures: Sight[]
  voted: Voted | null
  /** Tracks that were seen in the same frame, so they are other vehicles. */
  readonly rivals: Set<Track>
  readonly pictureWidth: number
  reported: boolean
  /** Since the last sight: the first and the last check of a frame that did not find it; null: none. */
  missed: Looks | null
}

interface Looks {
  readonly from: number
  readonly to: number
}

interface Voted {
  readonly vote: Vote
  readonly spelling: Spelling
  /** Number of the track's frames at that time. */
  readonly frames: number
  /** Whether `sights` are unchanged. */
  readonly whole: boolean
}

interface Placed {
  readonly at: number
  readonly box: Box
}

/** More would hardly change the vote: errors within one pass are alike. */
const VOTES = 20
/** Number of pictures that wait for the vote; see framesInUse() of the tracker. */
const PICTURES = 2
/** Boxes at each end of the movement, so that one bad box does not turn the vehicle around. */
const ENDS = 3

export function startTrack(sight: Sight, at: number, pictureWidth: number): Track {
  const placed = [{ at, box: sight.finding.box }]
  return {
    motion: startMotion(sight.finding.box, at),
    startedAt: at,
    seenFrom: sight.seenAt,
    seenTo: sight.seenAt,
    frames: 1,
    early: placed,
    late: placed,
    sights: [sight],
    pictures: [sight],
    voted: null,
    rivals: new Set(),
    pictureWidth,
    reported: false,
    missed: null,
  }
}

/** Adds a later sight of the same plate. */
export function follow(track: Track, sight: Sight, at: number): void {
  track.motion = advance(track.motion, sight.finding.box, at)
  const placed = [{ at, box: sight.finding.box }]
  add(track, { seenFrom: sight.seenAt, seenTo: sight.seenAt, frames: 1, early: placed, late: placed })
  keepBest(track, [sight], [sight])
  track.missed = null
}

/** A frame was checked, and the plate was not found. */
export function miss(track: Track, at: number): void {
  track.missed = { from: track.missed?.from ?? at, to: at }
}

/** Adds all sights of `other` to `track`: it was the same plate. */
export function merge(track: Track, other: Track): void {
  if (other.motion.at > track.motion.at) {
    // One sight has no speed of its own: the distance from the last one shows whether the vehicle is stationary.
    const { motion } = other
    track.motion = motion.sights > 1 ? motion : advance(track.motion, motion.box, motion.at)
    track.missed = other.missed
  }
  add(track, other)
  keepBest(track, other.sights, other.pictures)
  for (const rival of other.rivals) {
    rival.rivals.delete(other)
    rival.rivals.add(track)
    track.rivals.add(rival)
  }
}

type Seen = Pick<Track, 'seenFrom' | 'seenTo' | 'frames' | 'early' | 'late'>

function add(track: Track, other: Seen): void {
  track.seenFrom = Math.min(track.seenFrom, other.seenFrom)
  track.seenTo = Math.max(track.seenTo, other.seenTo)
  track.frames += other.frames
  track.early = inOrder(track.early, other.early).slice(0, ENDS)
  track.late = inOrder(track.late, other.late).slice(-ENDS)
}

const inOrder = (a: readonly Placed[], b: readonly Placed[]): Placed[] =>
  [...a, ...b].sort((one, other) => one.at - other.at)

function keepBest(track: Track, sights: readonly Sight[], pictures: readonly Sight[]): void {
  const surest = [...track.sights, ...sights].sort(
    (a, b) => b.finding.confidence - a.finding.confidence || b.seenAt - a.seenAt,
  )
  const before = new Set(track.sights)
  track.sights = surest.slice(0, VOTES)
  const changed = !track.sights.every((sight) => before.has(sight))
  if (changed && track.voted) track.voted = { ...track.voted, whole: false }
  const clearest = track.reported ? [] : [...track.pictures, ...pictures]
  track.pictures = clearest.sort(clearestFirst).slice(0, PICTURES)
}

/** Large, and read with confidence: a blurred plate is not. Of equal ones the later. */
const clearestFirst = (a: Sight, b: Sight): number =>
  clarity(b.finding) - clarity(a.finding) || b.seenAt - a.seenAt

const clarity = ({ confidence, quad }: PlateFinding): number =>
  (0.1 + confidence) * Math.sqrt(quadHeight(quad))

/** The vote of all sights so far. */
export function votedOf(track: Track): Voted {
  if (!track.voted?.whole) {
    const voted = vote(track.sights.map(({ finding }) => finding))
    track.voted = { vote: voted, spelling: spellingOf(voted.chars), frames: track.frames, whole: true }
  }
  return track.voted
}

/**
 * The text of the plate, for comparison with one more finding: a vote that may be a few frames old, because voting in every
 * frame would cost more than everything else.
 */
export function spellingNow(track: Track): Spelling {
  const stale = track.voted && track.frames < 1.5 * track.voted.frames
  return (stale ? track.voted : votedOf(track))!.spelling
}

export function passOf(track: Track): Omit<Pass, 'counts'> {
  const { vote } = votedOf(track)
  const showing = track.sights.filter(({ finding }) => finding.text === vote.text)
  const isCut = showing.length > 0 && showing.every(({ finding }) => finding.cut)
  // With few frames, the first and the last half: a box in both would hide the movement.
  const ends = Math.max(1, Math.min(ENDS, track.frames >> 1))
  const { seenFrom, seenTo, frames, pictures, early, late, pictureWidth } = track
  return {
    first: seenFrom,
    last: seenTo,
    frames,
    best: pictures.find(({ finding }) => finding.text === vote.text) ?? pictures[0]!,
    ...vote,
    // Frames that all lack the same part only agree about the part that they show.
    ...(isCut && { cut: true, confidence: Math.max(...showing.map(({ finding }) => finding.confidence)) }),
    direction: directionOf(
      early.slice(0, ends).map(({ box }) => box),
      late.slice(-ends).map(({ box }) => box),
      pictureWidth,
    ),
    wander: wanderOf([...early, ...late].map(({ box }) => box)),
    isChanging: isChanging(track.sights),
    place: late.at(-1)!.box.map((value) => value / pictureWidth) as Box,
  }
}

/** Largest distance between the centers of boxes, in widths of the first. */
function wanderOf(boxes: readonly Box[]): number {
  const middles = boxes.map(([x, y, w, h]): Point => [x + w / 2, y + h / 2])
  const ways = middles.map((middle) => distance(middles[0]!, middle))
  return Math.max(...ways) / Math.max(boxes[0]![2], 1)
}

/** At this confidence a text is really there, and not misread. */
const SURE = 0.7
/** This many texts in one place are not one plate that was misread in different ways. */
const TEXTS = 3

function isChanging(sights: readonly Sight[]): boolean {
  const sure = sights.filter(({ finding }) => finding.confidence >= SURE).map(({ finding }) => finding.text)
  const times = new Map<string, number>()
  for (const text of sure) times.set(text, (times.get(text) ?? 0) + 1)
  return times.size >= TEXTS && Math.max(...times.values()) <= sure.length / 2
}
