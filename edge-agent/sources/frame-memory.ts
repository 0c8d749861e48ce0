/**
 * Memory for frames of one size, reused when nobody holds a frame: allocating megabytes for each frame costs more in garbage
 * collection than filling them. Threads share it, so that engines need no copy.
 */
export interface FrameMemory {
  /** Memory for a frame, with arbitrary content. It is held until `release`, and by callers that `hold` it. */
  take(): FrameSlot
}

export interface FrameSlot {
  readonly data: Uint8Array
  /** Ends the first hold; further calls do nothing. */
  release(): void
  /** @returns a function that ends this hold; further calls do nothing */
  hold(): () => void
}

/** Number of free slots kept; a slot that nobody releases is left to the garbage collector. */
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
