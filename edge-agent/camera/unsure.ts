import { type Clock, steadyClock } from '@sightline/runtime/clock'

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
   * @param cut makes the picture of its plate; not called where none is kept
   * @param minutes how long it is kept; 0: not at all
   */
  add(pass: Omit<UnsurePass, 'id' | 'jpeg'>, cut: () => Promise<Uint8Array>, minutes?: number): Promise<void>
  /** Newest first. */
  list(): UnsurePass[]
}

/** So many are kept at most. */
const MOST = 12
const KEPT_MINUTES = 60

export function keepUnsure(steady: Clock = steadyClock): UnsurePasses {
  let kept: { pass: UnsurePass; until: number }[] = []
  let count = 0
  const fresh = () => {
    kept = kept.filter(({ until }) => until > steady())
    return kept
  }
  return {
    async add(about, cut, minutes = KEPT_MINUTES) {
      if (minutes === 0) return
      const pass = { ...about, jpeg: await cut(), id: ++count }
      kept = [{ pass, until: steady() + minutes * 60_000 }, ...fresh()].slice(0, MOST)
    },
    list: () => fresh().map(({ pass }) => pass),
  }
}
