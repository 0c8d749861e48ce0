import type { Logger } from '@sightline/runtime/log'
import type { Read } from '@sightline/schemas/read'
import type { Health } from '../health/health.ts'
import { keepPictures } from '../pictures/keep.ts'
import type { Issuers } from '../site/issuers-of.ts'
import type { Frame } from '../sources/frame.ts'
import type { Resumes } from '../sources/open.ts'
import type { Spool } from '../spool/spool.ts'
import { retryUntilStored } from '../spool/until-stored.ts'
import type { Fixtures } from '../tracking/fixtures.ts'
import type { Tracker } from '../tracking/tracker.ts'
import { holdFrames } from './frames.ts'
import { type FrameMark, formatMemory, isKnown, type Memory, type OwedPictures } from './memory.ts'
import type { CameraSettings } from './settings.ts'

export interface LedgerOptions {
  readonly camera: string
  readonly source: string
  readonly resumes: Resumes
  /** State from an earlier run. */
  readonly memory: Memory | undefined
  readonly tracker: Pick<Tracker, 'save' | 'framesInUse'>
  readonly health: Pick<Health, 'learned'>
  readonly fixtures: Pick<Fixtures, 'save'>
  readonly issuers: Pick<Issuers, 'save'>
  /** Called for each picture. */
  readonly settings: () => CameraSettings
  readonly spools: { readonly reads: Spool; readonly pictures: Pick<Spool, 'append'> }
  readonly log: Logger
  /** Ends the attempts to write to a disk that refuses. */
  readonly signal: AbortSignal
}

/** A read to store, and what to cut out of its best frame if that still exists. */
export interface NewRead {
  readonly read: Read
  readonly pictures: OwedPictures | null
}

/**
 * Ensures that every pass becomes one read, even if the agent is killed at any time. Reads are written together with
 * the tracker's memory and the frames they come from, and a frame is released only after that. Frames that were not
 * written are processed again, starting with that memory.
 */
export interface Ledger {
  /** Whether an earlier run has processed this frame; it needs no further work. */
  recall(frame: Frame): Promise<boolean>
  /** Takes a frame that is processed now. @returns the instant by which the tracker identifies it */
  take(frame: Frame): number
  /** A frame that was taken, but its source took it back. */
  giveBack(seenAt: number): void
  /** The frame of this instant, if it still exists. */
  frame(seenAt: number): Frame | undefined
  /** Writes reads and memory in one step; their pictures follow later. */
  commit(reads: readonly NewRead[]): Promise<void>
  /** Releases frames that are no longer needed; to do so, writes to the disk occasionally, or at once. */
  tidy(atOnce: boolean): Promise<void>
  /** Settles when all pictures are stored. */
  idle(): Promise<void>
}

/** Processed frames are released after this time, ms, or when there are this many. */
const TIDY_AFTER_MS = 1_000
const TIDY_AT = 50
/** How often the state of a camera without passes is written, ms. */
const WRITE_EVERY_MS = 10 * 60_000

export function openLedger(options: LedgerOptions): Ledger {
  const { camera, source, resumes, memory, tracker, health, fixtures, issuers, spools, log, signal } = options
  const held = holdFrames()
  /** Number of frames that arrived in this run. */
  let frames = 0
  let owed: OwedPictures[] = [...(memory?.owed ?? [])]
  let isBehind = memory !== undefined
  let writtenAt = performance.now()
  let pictures: Promise<void> = Promise.resolve()

  const framesWanted = () => new Set([...tracker.framesInUse(), ...owed.map(({ seenAt }) => seenAt)])

  /** Which frames the next run can skip; until this run has caught up with the last one, as the last one left it. */
  function workedOn(marks: readonly FrameMark[]): Pick<Memory, 'done' | 'frames'> {
    const before = isBehind ? memory : undefined
    const still = (before?.done ?? []).filter(({ name }) => !marks.some((mark) => mark.name === name))
    return {
      done: resumes === 'unreleased' ? [...marks, ...still] : [],
      frames: Math.max(frames, before?.frames ?? 0),
    }
  }

  function makePictures(one: OwedPictures, frame: Frame): void {
    pictures = pictures.then(async () => {
      await keepPictures(camera, one, frame, options.settings(), spools.pictures, log)
      owed = owed.filter((other) => other !== one)
      await held.release(framesWanted(), [{ name: frame.name, seenAt: one.seenAt }])
    })
  }

  async function commit(reads: readonly NewRead[]): Promise<void> {
    const newlyOwed = reads.flatMap((read) => read.pictures ?? [])
    owed.push(...newlyOwed)
    const marks = held.marks()
    const learned = health.learned()
    const state = formatMemory({
      source,
      tracker: tracker.save(),
      ...workedOn(marks),
      owed,
      learned,
      fixtures: fixtures.save(),
      issuers: issuers.save(),
    })
    const messages = reads.map(({ read }) => ({ id: read.id, payload: Buffer.from(JSON.stringify(read)) }))
    await retryUntilStored(camera, () => spools.reads.commit({ camera, messages, state }), log, signal)
    writtenAt = performance.now()
    await held.release(framesWanted(), marks)
    for (const one of newlyOwed) makePictures(one, held.get(one.seenAt)!)
  }

  return {
    async recall(frame) {
      frames++
      if (!isBehind || !isKnown(memory, resumes, frame, frames)) return false
      const seenAt = memory?.done.find(({ name }) => name === frame.name)?.seenAt ?? frame.seenAt
      held.put(seenAt, frame)
      for (const one of owed) if (one.seenAt === seenAt) makePictures(one, frame)
      await held.release(framesWanted(), [{ name: frame.name, seenAt }])
      return true
    },
    take(frame) {
      // First the leftovers of the earlier run: pictures of frames that did not come again are lost.
      if (isBehind) owed = owed.filter(({ seenAt }) => held.get(seenAt))
      isBehind = false
      return held.add(frame)
    },
    giveBack: held.forget,
    frame: held.get,
    commit,
    async tidy(atOnce) {
      const unwrittenFor = performance.now() - writtenAt
      if (unwrittenFor >= WRITE_EVERY_MS) return commit([])
      if (resumes !== 'unreleased') return held.release(framesWanted(), held.marks())
      const spare = held.spare(framesWanted())
      const due = atOnce || spare >= TIDY_AT || unwrittenFor >= TIDY_AFTER_MS
      if (spare > 0 && due) await commit([])
    },
    idle: () => pictures,
  }
}
