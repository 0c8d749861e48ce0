/**
 * Memory for frames of one size, used again when nobody holds a frame: megabytes that are made again for each frame cost
 * more in garbage collection than it costs to fill them. Threads share it, so that engines need no copy.
 */
export interface FrameMemory {
  /** Memory for a frame, with anything in it. It is held until `release`, and by those who `hold` it. */
  take(): FrameSlot
}

export interface FrameSlot {
  readonly data: Uint8Array
  /** Ends the first hold; more calls do nothing. */
  release(): void
  /** @returns ends this hold; more calls do nothing */
  hold(): () => void
}

/** Slots kept for later; one that nobody releases is left to the garbage collector. */
const MOST_FREE = 4

/** @param size bytes of a frame */
export function createFrameMemory(size: number): FrameMemory {
  const free: Uint8Array[] = []

  function slotOf(data: Uint8Array): FrameSlot {
    let holds = 0
    function hold(): () => void {
      let isHeld = true
      holds++
      return () => {
        if (!isHeld) return
        isHeld = false
        if (--holds === 0 && free.length < MOST_FREE) free.push(data)
      }
    }
    return { data, release: hold(), hold }
  }

  return { take: () => slotOf(free.pop() ?? new Uint8Array(new SharedArrayBuffer(size))) }
}
