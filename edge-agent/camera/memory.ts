import type { Box } from '@sightline/recognition/geometry'
import type { LearnedHealth } from '../health/learned.ts'
import type { SavedIssuers } from '../site/learn-issuers.ts'
import type { Frame } from '../sources/frame.ts'
import type { Resumes } from '../sources/open.ts'
import type { SavedFixtures } from '../tracking/fixtures.ts'
import type { SavedTracker } from '../tracking/tracker.ts'

/**
 * What a camera remembers over a restart, as JSON in the spool's checkpoint: written in one step with the reads
 * that it knows of, so that frames which are read again after a kill give what is missing and nothing twice.
 */
export interface Memory {
  /** Of another source it would be nonsense. */
  readonly source: string
  readonly tracker: SavedTracker
  /** Frames that were worked on and may still be where they were. */
  readonly done: readonly FrameMark[]
  /** How many frames were worked on, from the first on: of a recording, they come again. */
  readonly frames: number
  /** Pictures of reads that are not made yet. */
  readonly owed: readonly OwedPictures[]
  /** How the camera's picture usually is, so that one that was moved or blinded meanwhile is found out. */
  readonly learned: LearnedHealth
  /** Texts that are no plates; agents before 0.2 learned none. */
  readonly fixtures?: SavedFixtures
  /** Whose plates came by; agents before 0.2 did not count them. */
  readonly issuers?: SavedIssuers | undefined
}

export interface FrameMark {
  readonly name: string
  readonly seenAt: number
}

/** What is to be cut out of a frame for a read that is on the disk. */
export interface OwedPictures {
  /** Instant of the frame, as the tracker knows it. */
  readonly seenAt: number
  readonly box: Box
  readonly plate: string
  /** Null when the camera's owner lets none be kept. */
  readonly vehicle: string | null
}

/**
 * Whether an earlier run has worked on a frame already.
 * @param place of the frame among those of this run, from 1 on. A recording is told by it and not by its time, which
 * may step back where recordings were joined.
 */
export function isKnown(
  memory: Memory | undefined,
  resumes: Resumes,
  { name }: Pick<Frame, 'name'>,
  place: number,
): boolean {
  if (!memory || resumes === 'none') return false
  return resumes === 'all' ? place <= memory.frames : memory.done.some((frame) => frame.name === name)
}

/** @returns undefined for what is of another source, or of another version of the agent */
export function parseMemory(text: string | undefined, source: string): Memory | undefined {
  if (text === undefined) return undefined
  const memory = JSON.parse(text) as Memory & { v: number }
  return memory.v === VERSION && memory.source === source ? memory : undefined
}

/** Raised with every change of what the tracker saves. */
const VERSION = 2

export const formatMemory = (memory: Memory): string => JSON.stringify({ v: VERSION, ...memory })
