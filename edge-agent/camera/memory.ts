import type { Box } from '@sightline/recognition/geometry'
import type { LearnedHealth } from '../health/learned.ts'
import type { SavedIssuers } from '../site/learn-issuers.ts'
import type { Frame } from '../sources/frame.ts'
import type { Resumes } from '../sources/open.ts'
import type { SavedFixtures } from '../tracking/fixtures.ts'
import type { SavedTracker } from '../tracking/tracker.ts'

/**
 * What a camera remembers across a restart, as JSON in the spool's checkpoint. It is written in one step with the reads
 * it includes. So frames that are read again after a kill add what is missing, and duplicate nothing.
 */
export interface Memory {
  /** The source: for another one the memory would be meaningless. */
  readonly source: string
  readonly tracker: SavedTracker
  /** Frames that were processed and may still exist. */
  readonly done: readonly FrameMark[]
  /** Number of frames processed from the beginning: a recording delivers them again. */
  readonly frames: number
  /** Pictures of reads that are not made yet. */
  readonly owed: readonly OwedPictures[]
  /** The camera's usual picture, to detect that it was moved or blinded meanwhile. */
  readonly learned: LearnedHealth
  /** Texts that are not plates; agents before 0.2 did not learn any. */
  readonly fixtures?: SavedFixtures
  /** Issuers of passing plates; agents before 0.2 did not count them. */
  readonly issuers?: SavedIssuers | undefined
}

export interface FrameMark {
  readonly name: string
  readonly seenAt: number
}

/** What to cut out of a frame for a read that is on the disk. */
export interface OwedPictures {
  /** Instant of the frame, as the tracker identifies it. */
  readonly seenAt: number
  readonly box: Box
  readonly plate: string
  /** Null if the camera's owner allows no pictures. */
  readonly vehicle: string | null
}

/**
 * Whether an earlier run has already processed a frame.
 * @param place number of the frame in this run, from 1. It identifies a frame of a recording; the time does not,
 *   because it may step back where recordings were joined
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

/** @returns undefined for a memory of another source, or of another version of the agent */
export function parseMemory(text: string | undefined, source: string): Memory | undefined {
  if (text === undefined) return undefined
  const memory = JSON.parse(text) as Memory & { v: number }
  return memory.v === VERSION && memory.source === source ? memory : undefined
}

/** Increase it with every change of what the tracker saves. */
const VERSION = 2

export const formatMemory = (memory: Memory): string => JSON.stringify({ v: VERSION, ...memory })
