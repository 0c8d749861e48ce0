import { cropJpeg, plateArea } from '@sightline/recognition/pictures/crop'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import type { Frame } from '../sources/frame.ts'
import type { Pass } from '../tracking/tracker.ts'

/** A pass that was no read, because its plate was not read surely enough. */
export interface UnsurePass {
  /** Tells it from the camera's others. */
  readonly id: number
  /** Of its best frame, milliseconds since 1970. */
  readonly seenAt: number
  readonly text: string
  readonly confidence: number
  /** The plate, as JPEG. */
  readonly jpeg: Uint8Array
}

/**
 * The last passes of a camera that were read too unsurely, so that whoever aims the camera sees what it misses. They are in
 * memory alone, for a while: nothing of them is stored or sent.
 */
export interface UnsurePasses {
  /**
   * Cuts its plate out of the frame; a frame that is gone leaves none.
   * @param forMs how long it is kept, ms; 0: not at all
   */
  add(pass: Pass, frame: Frame | undefined, forMs: number): Promise<void>
  /** Newest first. */
  list(): UnsurePass[]
}

/** So many are kept at most. */
const MOST = 12

export function keepUnsure(steady: Clock = steadyClock): UnsurePasses {
  let kept: { pass: UnsurePass; until: number }[] = []
  let count = 0
  const fresh = () => {
    kept = kept.filter(({ until }) => until > steady())
    return kept
  }
  return {
    async add({ best, text, confidence }, frame, forMs) {
      if (forMs === 0 || !frame) return
      const picture = await frame.open()
      const jpeg = await cropJpeg(picture, plateArea(best.finding.box, picture))
      const pass = { id: ++count, seenAt: best.seenAt, text, confidence, jpeg }
      kept = [{ pass, until: steady() + forMs }, ...fresh()].slice(0, MOST)
    },
    list: () => fresh().map(({ pass }) => pass),
  }
}
