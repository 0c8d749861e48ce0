import { type Clock, steadyClock } from '@sightline/runtime/clock'

/** A pass that did not become a read, because its confidence was too low. */
export interface UnsurePass {
  /** Unique among the camera's unsure passes. */
  readonly id: number
  /** Of its best frame, milliseconds since 1970. */
  readonly seenAt: number
  readonly text: string
  readonly confidence: number
  /** The plate, as JPEG. */
  readonly jpeg: Uint8Array
}

/**
 * The last passes of a camera with too low a confidence, so that the person who aims the camera sees what it misses.
 * They are only in memory, for a limited time: they are never stored or sent.
 */
export interface UnsurePasses {
  /**
   * @param cut makes the picture of its plate; not called if pictures are not kept
   * @param minutes how long it is kept; 0: not at all
   */
  add(pass: Omit<UnsurePass, 'id' | 'jpeg'>, cut: () => Promise<Uint8Array>, minutes?: number): Promise<void>
  /** Newest first. */
  list(): UnsurePass[]
}

/** Maximum number kept. */
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
