import type { Pixels } from '@sightline/recognition/picture'
import { createBackground } from './background.ts'

/** `moving`: look, because something moves; `look` for another reason, e.g. because it moved a moment ago. */
export type Judgment = 'moving' | 'look' | 'skip'

export interface GateOptions {
  /** A still scene is looked at this often, ms, so that a stationary vehicle is seen; default 3,000. */
  readonly lookEveryMs?: number
  /** After motion the scene is looked at often for so long, ms: until a tracker knows that a plate is gone; default 3,000. */
  readonly holdMs?: number
}

/** Every frame is looked at for so long after motion, ms: what moves slowly is not seen to move in each of them … */
const EVERY_FRAME_MS = 1_000
/** … and then one in so many, ms: enough to see that a plate is still there, or gone. */
const HOLD_EVERY_MS = 250

/** Decides which frames of one camera are worth recognition. */
export interface Gate {
  /**
   * @param seenAt of the frame, milliseconds since 1970; may step back
   * @param thumbnail gray, always of the same size (thumbnailOf); another size begins again
   */
  judge(seenAt: number, thumbnail: Pixels): Judgment
}

/**
 * A frame is looked at when something moves in it, for a while afterward (ever less often), and every few seconds anyway.
 * What moves is what differs from the background (background.ts).
 */
export function createGate({ lookEveryMs = 3_000, holdMs = 3_000 }: GateOptions = {}): Gate {
  const background = createBackground()
  let lastSeen = Number.NEGATIVE_INFINITY
  let lastMotion = Number.NEGATIVE_INFINITY
  let lastLook = Number.NEGATIVE_INFINITY
  return {
    judge(seenAt, thumbnail) {
      // A clock that was set back must not leave the gate shut until it has caught up.
      if (seenAt < lastSeen) lastMotion = seenAt
      const moves = background.moved(Math.max(0, seenAt - lastSeen), thumbnail)
      if (moves) lastMotion = seenAt
      lastSeen = seenAt
      const stillFor = seenAt - lastMotion
      const pause = stillFor <= holdMs ? HOLD_EVERY_MS : lookEveryMs
      const look = stillFor <= EVERY_FRAME_MS || seenAt - lastLook >= pause
      if (look) lastLook = seenAt
      return moves ? 'moving' : look ? 'look' : 'skip'
    },
  }
}
