import type { PlateFinding } from '@sightline/recognition/engine'
import { type Box, overlap } from '@sightline/recognition/geometry'
import { costOf, memoryOf, type Patience, sameTrack } from './same.ts'
import { restoreTracks, type SavedTracker, saveTracks } from './saved.ts'
import { type Spelling, spellingOf } from './spelling.ts'
import { follow, merge, miss, type Pass, passOf, startTrack, type Track } from './track.ts'

export type { Direction } from './direction.ts'
export type { SavedTracker } from './saved.ts'
export type { Pass, Sight } from './track.ts'

export interface TrackerOptions {
  /** A plate not seen for this long, ms, has passed; default 2,000: a missed frame at one frame per second. */
  readonly endAfterMs?: number
  /** A read is due this long after the first sight, ms, even if the vehicle is still there; default 3,000. */
  readonly reportAfterMs?: number
  /** A plate seen again within this time, ms, is the same pass, wherever it is; default 30,000. */
  readonly forgetAfterMs?: number
  /** The same for a vehicle that has not moved, ms; default 300,000. */
  readonly parkedForMs?: number
  /**
   * A stationary plate that no frame showed for this long, ms, has left: if seen again, it is another pass; default 60,000.
   */
  readonly leftAfterMs?: number
  /** The camera is on a vehicle, or pans; default: fixed. */
  readonly moves?: boolean
  /**
   * Whether a pass with this movement so far counts; if not, the tracker waits for as long as it may be seen again.
   * @param early first position of its plate, @param late last position
   */
  readonly counts?: (early: Box, late: Box, size: PictureSize) => boolean
}

/** Tracks plates across the frames of one camera: one pass per vehicle (CAP-3). Pure: no clock, no I/O. */
export interface Tracker {
  /**
   * The findings of one checked frame, possibly none; frames in the order of their time. Omit frames that were not checked. A
   * plate that the edge of the frame cuts off is not read: the rest would be another plate's text.
   * @param seenAt of the frame, milliseconds since 1970; may step back (a clock that is set)
   * @param size of the frame, pixels
   * @returns the passes whose read is due now, in the order of their first sight
   */
  update(seenAt: number, findings: readonly PlateFinding[], size: PictureSize): Pass[]
  /**
   * The passes that were not returned yet, when the source ends or stalls. They stay in memory: a plate seen again in time is
   * the same pass.
   */
  flush(): Pass[]
  /**
   * `seenAt` of the frames whose picture may still become a pass's best, at most two per unreported plate; all others can be
   * released, once the passes that update() returned are handled.
   */
  framesInUse(): ReadonlySet<number>
  /** Its whole memory, for `createTracker(options, saved)` after a restart. */
  save(): SavedTracker
}

interface PictureSize {
  readonly width: number
  readonly height: number
}

/** No picture shows more plates at once; the one not seen for the longest time is dropped first. */
const MAX_TRACKS = 64
/** Tracks with at most this many sights may be entirely misread. */
const GLIMPSE = 2
/** Two findings of one frame are one plate if one covers this much of the other. */
const SAME_PLATE = 0.5
/** Shorter texts may well be on two plates of one picture. */
const UNIQUE_FROM = 5

/**
 * Findings are assigned to tracks greedily, the cheapest pair first (same.ts defines the cost): with the few plates of a
 * picture, an optimal assignment differs only where two vehicles are in one place. A finding that fits no track begins one.
 * When a track is due, its voted text is compared with all others in memory: a plate that was lost and found again, or
 * misread for a while, is the known pass.
 */
export function createTracker(options: TrackerOptions = {}, saved?: SavedTracker): Tracker {
  const { endAfterMs = 2_000, reportAfterMs = 3_000, forgetAfterMs = 30_000 } = options
  const { parkedForMs = 300_000, leftAfterMs = 60_000, moves = false } = options
  const patience: Patience = { endAfterMs, forgetAfterMs, parkedForMs, leftAfterMs, moves }
  const { counts = () => true } = options
  let tracks = saved ? restoreTracks(saved.tracks) : []
  let lastSeenAt = saved?.lastSeenAt ?? Number.NEGATIVE_INFINITY
  let setBack = saved?.setBack ?? 0
  let pictureSize: PictureSize = { width: 1, height: 1 }

  /** The tracker's own time: like the frames', but it stops while they step back. */
  function timeOf(seenAt: number): number {
    if (seenAt < lastSeenAt) setBack += lastSeenAt - seenAt
    lastSeenAt = seenAt
    return seenAt + setBack
  }

  function update(seenAt: number, findings: readonly PlateFinding[], size: PictureSize): Pass[] {
    const now = timeOf(seenAt)
    pictureSize = size
    const seen = new Set<Track>()
    const fresh: Track[] = []
    const plates = distinct(findings.filter(({ box }) => !isCutOff(box, size))).map((finding) => ({
      finding,
      spelling: spellingOf(finding.chars),
    }))
    const matched = assign(tracks, plates, now)
    for (const [i, { finding }] of plates.entries()) {
      const track = matched.get(i)
      if (track) {
        follow(track, { seenAt, finding }, now)
        seen.add(track)
      } else {
        fresh.push(startTrack({ seenAt, finding }, now, size.width))
      }
    }
    for (const track of tracks) if (!seen.has(track)) miss(track, now)
    tracks.push(...fresh)
    const together = [...seen, ...fresh]
    for (const track of together) for (const other of together) if (other !== track) track.rivals.add(other)
    return [...report((track) => isDue(track, now)), ...forget(now)]
  }

  function isDue(track: Track, now: number): boolean {
    const { startedAt, motion } = track
    if (now - motion.at < endAfterMs && now - startedAt < reportAfterMs) return false
    return !mayGoOn(track) || now - startedAt >= reportAfterMs + endAfterMs
  }

  /** A glimpse that was lost may be the beginning of the next track, which will show it once it is read itself. */
  const mayGoOn = (track: Track): boolean =>
    track.frames <= GLIMPSE &&
    tracks.some(({ reported, startedAt, rivals }) => {
      const gap = startedAt - track.motion.at
      return !reported && gap > 0 && gap <= endAfterMs && !rivals.has(track)
    })

  function assign(
    candidates: readonly Track[],
    plates: readonly { finding: PlateFinding; spelling: Spelling }[],
    now: number,
  ): Map<number, Track> {
    const pairs = candidates.flatMap((track) =>
      plates.flatMap(({ finding: { box }, spelling }, i) => {
        const cost = costOf(track, { box, spelling }, now, patience)
        return cost === null ? [] : [{ track, i, cost }]
      }),
    )
    const matched = new Map<number, Track>()
    const taken = new Set<Track>()
    for (const { track, i } of pairs.sort((a, b) => a.cost - b.cost)) {
      if (matched.has(i) || taken.has(track)) continue
      matched.set(i, track)
      taken.add(track)
    }
    return matched
  }

  function report(due: (track: Track) => boolean): Pass[] {
    const passes: Pass[] = []
    // A copy: tracks are merged during the loop.
    for (const track of [...tracks]) {
      if (track.reported || !tracks.includes(track) || !due(track)) continue
      const known = tracks.find((other) => other !== track && sameTrack(other, track, patience))
      const whole = known ? joined(known, track) : track
      if (!whole.reported && due(whole) && hasCounted(whole)) passes.push(close(whole))
    }
    return passes
  }

  /** The earlier of two tracks of one vehicle, with all sights of both. */
  function joined(one: Track, other: Track): Track {
    const [kept, gone] = one.startedAt <= other.startedAt ? [one, other] : [other, one]
    kept.reported = kept.reported || gone.reported
    merge(kept, gone)
    tracks = tracks.filter((track) => track !== gone)
    return kept
  }

  /** As far as it got: the first and the last position. */
  const hasCounted = ({ early, motion }: Track) => counts(early[0]!.box, motion.box, pictureSize)

  function close(track: Track): Pass {
    const pass = { ...passOf(track), counts: hasCounted(track) }
    track.reported = true
    track.pictures = []
    return pass
  }

  /** Drops tracks that cannot be seen again as the same pass, and the longest unseen ones if there are too many. */
  function forget(now: number): Pass[] {
    const isOver = (track: Track) => now - track.motion.at > memoryOf(track, patience)
    const uncounted = tracks.filter((track) => !track.reported && isOver(track) && !hasCounted(track))
    const gone = uncounted.map(close)
    tracks = tracks.filter((track) => !track.reported || !isOver(track))
    const excess = tracks.toSorted((a, b) => a.motion.at - b.motion.at).slice(0, -MAX_TRACKS)
    const passes = [...gone, ...excess.filter(({ reported }) => !reported).map(close)]
    if (excess.length > 0) tracks = tracks.filter((track) => !excess.includes(track))
    const remembered = new Set(tracks)
    for (const { rivals } of tracks) {
      for (const rival of rivals) if (!remembered.has(rival)) rivals.delete(rival)
    }
    return passes
  }

  return {
    update,
    flush: () => report(() => true),
    framesInUse: () => new Set(tracks.flatMap(({ pictures }) => pictures.map(({ seenAt }) => seenAt))),
    save: () => ({
      lastSeenAt: Number.isFinite(lastSeenAt) ? lastSeenAt : null,
      setBack,
      tracks: saveTracks(tracks),
    }),
  }
}

/** Whether the picture's edge cuts the plate; a picture that contains only a plate is complete. */
function isCutOff([x, y, w, h]: Box, { width, height }: PictureSize): boolean {
  const [left, top, right, bottom] = [x <= 1, y <= 1, x + w >= width - 1, y + h >= height - 1]
  return left !== right || (top !== bottom && !(left && right))
}

/** The surest finding of each plate, in an order that does not depend on the engine's. */
function distinct(findings: readonly PlateFinding[]): PlateFinding[] {
  const ordered = findings
    .filter(({ chars }) => chars.length > 0)
    .sort((a, b) => b.confidence - a.confidence || a.box[0] - b.box[0] || a.box[1] - b.box[1])
  const kept: PlateFinding[] = []
  for (const finding of ordered) {
    const same = kept.some(
      (other) =>
        overlap(other.box, finding.box) > SAME_PLATE ||
        (other.text === finding.text && finding.text.length >= UNIQUE_FROM),
    )
    if (!same) kept.push(finding)
  }
  return kept
}

/** A tracker whose time continues evenly when the clock behind the frames' timestamps is set. */
interface SteadyTracker extends Tracker {
  /**
   * The clock was set forward by this much, ms, before the next frame: a vehicle in view is still the same.
   * No call is needed if it is set back: a tracker notices that itself.
   */
  clockSetForward(byMs: number): void
}

export function steadyTracker(options: TrackerOptions, saved?: SavedTracker): SteadyTracker {
  let tracker = createTracker(options, saved)
  return {
    update: (...frame) => tracker.update(...frame),
    flush: () => tracker.flush(),
    framesInUse: () => tracker.framesInUse(),
    save: () => tracker.save(),
    clockSetForward(byMs) {
      const { setBack, ...rest } = tracker.save()
      tracker = createTracker(options, { ...rest, setBack: setBack - byMs })
    },
  }
}
