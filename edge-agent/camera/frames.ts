import type { Frame } from '../sources/frame.ts'
import type { FrameMark } from './memory.ts'

/**
 * The frames of a camera that were worked on and are not released yet: because a picture of them may be wanted,
 * or because it is not on the disk yet that they were worked on.
 */
export interface HeldFrames {
  /** @returns the instant by which the frame is known from now on: its own, or the next that is free */
  add(frame: Frame): number
  /** Holds a frame under the instant by which an earlier run knew it. */
  put(seenAt: number, frame: Frame): void
  get(seenAt: number): Frame | undefined
  marks(): FrameMark[]
  /** How many could be released. */
  spare(wanted: ReadonlySet<number>): number
  /** Releases those not wanted, of `safe` alone. */
  release(wanted: ReadonlySet<number>, safe: readonly FrameMark[]): Promise<void>
  /** Lets go of one that its source took back. */
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
