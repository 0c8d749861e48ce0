import type { Frame } from '../sources/frame.ts'
import type { FrameMark } from './memory.ts'

/**
 * The frames of a camera that were processed but not released yet, because a picture of them may be needed, or because
 * the result is not on the disk yet.
 */
export interface HeldFrames {
  /** @returns the instant that identifies the frame from now on: its own, or the next free one */
  add(frame: Frame): number
  /** Holds a frame under the instant that an earlier run used for it. */
  put(seenAt: number, frame: Frame): void
  get(seenAt: number): Frame | undefined
  marks(): FrameMark[]
  /** Number of frames that could be released. */
  spare(wanted: ReadonlySet<number>): number
  /** Releases frames that are not needed, but only those in `safe`. */
  release(wanted: ReadonlySet<number>, safe: readonly FrameMark[]): Promise<void>
  /** Drops a frame that its source took back. */
  forget(seenAt: number): void
}

export function holdFrames(): HeldFrames {
  const held = new Map<number, Frame>()
  return {
    add(frame) {
      let { seenAt } = frame
      while (held.has(seenAt)) seenAt++
      held.set(seenAt, frame)
      return seenAt
    },
    put: (seenAt, frame) => void held.set(seenAt, frame),
    get: (seenAt) => held.get(seenAt),
    marks: () => [...held].map(([seenAt, { name }]) => ({ name, seenAt })),
    spare: (wanted) => [...held.keys()].filter((seenAt) => !wanted.has(seenAt)).length,
    async release(wanted, safe) {
      for (const { seenAt } of safe) {
        const frame = held.get(seenAt)
        if (!frame || wanted.has(seenAt)) continue
        held.delete(seenAt)
        await frame.release()
      }
    },
    forget: (seenAt) => void held.delete(seenAt),
  }
}
