import type { PlateFinding } from '@sightline/recognition/engine'
import { type Box, distance, type Point, quadHeight } from '@sightline/recognition/geometry'
import type { Region } from '@sightline/schemas/plate'
import type { ReadCharacter } from '@sightline/schemas/read'
import { type Direction, directionOf } from './direction.ts'
import { advance, type Motion, startMotion } from './motion.ts'
import { type Spelling, spellingOf } from './spelling.ts'
import { type Vote, vote } from './vote.ts'

/** What one camera saw of one plate at one instant. */
export interface Sight {
  /** Of the frame, milliseconds since 1970. */
  readonly seenAt: number
  readonly finding: PlateFinding
}

/** One vehicle passed one camera (CAP-3): the ground of one read. */
export interface Pass {
  /** Instants of the first and the last frame with this plate, milliseconds since 1970. */
  readonly first: number
  readonly last: number
  /** How many frames had it. */
  readonly frames: number
  /** The sight whose picture shows the plate best; one that reads as the vote does, if there is one. */
  readonly best: Sight
  /** Voted from all frames (vote.ts); normal form. */
  readonly text: string
  /** Probability that `text` is right, 0 to 1 (CAP-4). */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region | null
  readonly regionConfidence: number | null
  /** Null when it hardly moved. */
  readonly direction: Direction | null
  /** Whether it crossed the camera's line, where there is one; else true. */
  readonly counts: boolean
  /** How far its plate went, in its own widths: next to nothing for what does not move at all. */
  readonly wander: number
  /** Several texts were read surely in its place, and none mostly: a clock, or a sign that changes. */
  readonly isChanging: boolean
  /** Where it was last, shares of the picture's width (0 to 1): x, y, width, height. */
  readonly place: Box
  /** No frame showed the whole plate. */
  readonly cut?: true
}

/** A plate that is followed. Times named `at` are the tracker's own, which never go back (tracker.ts). */
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
  /** Tracks that were seen in the same frame: other vehicles, therefore. */
  readonly rivals: Set<Track>
  readonly pictureWidth: number
  reported: boolean
  /** Since it was last seen: the first and the last look at the picture that did not find it; null: there was none. */
  missed: Looks | null
}

interface Looks {
  readonly from: number
  readonly to: number
}

interface Voted {
  readonly vote: Vote
  readonly spelling: Spelling
  /** How many frames the track had then. */
  readonly frames: number
  /** Whether `sights` are still the same. */
  readonly whole: boolean
}

interface Placed {
  readonly at: number
  readonly box: Box
}

/** More would hardly change the vote: errors of one pass are alike. */
const VOTES = 20
/** Pictures that wait for the vote; see framesInUse() of the tracker. */
const PICTURES = 2
/** Boxes at each end of the way, so that one bad box does not turn the vehicle around. */
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

/** A frame was looked at and the plate was not found. */
export function miss(track: Track, at: number): void {
  track.missed = { from: track.missed?.from ?? at, to: at }
}

/** Adds all that was seen as `other` to `track`: it was the same plate. */
export function merge(track: Track, other: Track): void {
  if (other.motion.at > track.motion.at) {
    // One sight has no speed of its own: the way from the last one tells whether the vehicle stands.
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

/** Large, and read surely: a blurred plate is not. Of equal ones the later. */
const clearestFirst = (a: Sight, b: Sight): number =>
  clarity(b.finding) - clarity(a.finding) || b.seenAt - a.seenAt

const clarity = ({ confidence, quad }: PlateFinding): number =>
  (0.1 + confidence) * Math.sqrt(quadHeight(quad))

/** The vote of all that was seen so far. */
export function votedOf(track: Track): Voted {
  if (!track.voted?.whole) {
    const voted = vote(track.sights.map(({ finding }) => finding))
    track.voted = { vote: voted, spelling: spellingOf(voted.chars), frames: track.frames, whole: true }
  }
  return track.voted
}

/**
 * What the plate reads like, for comparing it with one more finding: a vote that may be a few frames old, for
 * voting in every frame would cost more than all else.
 */
export function spellingNow(track: Track): Spelling {
  const stale = track.voted && track.frames < 1.5 * track.voted.frames
  return (stale ? track.voted : votedOf(track))!.spelling
}

export function passOf(track: Track): Omit<Pass, 'counts'> {
  const { vote } = votedOf(track)
  const showing = track.sights.filter(({ finding }) => finding.text === vote.text)
  const isCut = showing.length > 0 && showing.every(({ finding }) => finding.cut)
  // Of few frames, the first half and the last: a box at both ends would hide the way.
  const ends = Math.max(1, Math.min(ENDS, track.frames >> 1))
  const { seenFrom, seenTo, frames, pictures, early, late, pictureWidth } = track
  return {
    first: seenFrom,
    last: seenTo,
    frames,
    best: pictures.find(({ finding }) => finding.text === vote.text) ?? pictures[0]!,
    ...vote,
    // Frames that all lack the same part agree about nothing but what they show.
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

/** Largest distance between the middles of boxes, in widths of the first. */
function wanderOf(boxes: readonly Box[]): number {
  const middles = boxes.map(([x, y, w, h]): Point => [x + w / 2, y + h / 2])
  const ways = middles.map((middle) => distance(middles[0]!, middle))
  return Math.max(...ways) / Math.max(boxes[0]![2], 1)
}

/** Read so surely a text is there, and not misread. */
const SURE = 0.7
/** So many texts in one place are not one plate, each misread in its own way. */
const TEXTS = 3

function isChanging(sights: readonly Sight[]): boolean {
  const sure = sights.filter(({ finding }) => finding.confidence >= SURE).map(({ finding }) => finding.text)
  const times = new Map<string, number>()
  for (const text of sure) times.set(text, (times.get(text) ?? 0) + 1)
  return times.size >= TEXTS && Math.max(...times.values()) <= sure.length / 2
}
