import type { Pixels } from '@sightline/recognition/picture'
import { createBackground } from './background.ts'

/** `moving`: look, because something moves; `look` for another reason, e.g. because it moved a moment ago. */
export type Judgement = 'moving' | 'look' | 'skip'

export interface GateOptions {
  /** A still scene is looked at this often, ms, so that a stationary vehicle is seen; default 3,000. */
  readonly lookEveryMs?: number
  /** After motion all frames are looked at for so long, ms: until a tracker knows that a plate is gone; default 3,000. */
  readonly holdMs?: number
}

/** Decides which frames of one camera are worth recognition. */
export interface Gate {
  /**
   * @param seenAt of the frame, milliseconds since 1970; may step back
   * @param thumbnail gray, always of the same size (thumbnailOf); another size begins again
   */
  judge(seenAt: number, thumbnail: Pixels): Judgement
}

/**
 * A frame is looked at when something moves in it, for a while afterward, and every few seconds anyway. What
 * moves is what differs from the background (background.ts).
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
      const look = seenAt - lastMotion <= holdMs || seenAt - lastLook >= lookEveryMs
      if (look) lastLook = seenAt
      return moves ? 'moving' : look ? 'look' : 'skip'
    },
  }
}
