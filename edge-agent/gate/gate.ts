import type { Pixels } from '@sightline/recognition/picture'
import { createBackground } from './background.ts'

/**
 * `moving`: process it, because something moves; `look`: for another reason, e.g. because something moved a moment ago.
 */
export type Judgment = 'moving' | 'look' | 'skip'

export interface GateOptions {
  /** A still scene is processed this often, ms, so that a stationary vehicle is seen; default 3,000. */
  readonly lookEveryMs?: number
  /**
   * After motion, the scene is processed often for this long, ms, until a tracker knows that a plate is gone; default
   * 3,000.
   */
  readonly holdMs?: number
}

/** Every frame is processed for this long after motion, ms: slow motion is not detected in each frame … */
const EVERY_FRAME_MS = 1_000
/** … and then one frame per this interval, ms: enough to see whether a plate is still there. */
const HOLD_EVERY_MS = 250

/** Decides which frames of one camera are worth recognition. */
export interface Gate {
  /**
   * @param seenAt of the frame, milliseconds since 1970; may step back
   * @param thumbnail gray, always of the same size (thumbnailOf); a different size starts over
   */
  judge(seenAt: number, thumbnail: Pixels): Judgment
}

/**
 * A frame is processed when something moves in it, for a while after that (less and less often), and every few seconds
 * in any case. Something moves if it differs from the background (background.ts).
 */
export function createGate({ lookEveryMs = 3_000, holdMs = 3_000 }: GateOptions = {}): Gate {
  const background = createBackground()
  let lastSeen = Number.NEGATIVE_INFINITY
  let lastMotion = Number.NEGATIVE_INFINITY
  let lastLook = Number.NEGATIVE_INFINITY
  return {
    judge(seenAt, thumbnail) {
      // A clock that was set back must not keep the gate closed until it has caught up.
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
