/**
 * Memory for frames of one size, reused when nobody holds a frame: allocating megabytes for each frame costs more in garbage
 * collection than filling them. Threads share it, so that engines need no copy. Cameras with frames of one size share it too:
 * they rarely all need much at the same moment, and free memory of a single camera would be idle.
 */
export interface FrameMemory {
  /** Memory for a frame, with arbitrary content. It is held until `release`, and by callers that `hold` it. */
  take(): FrameSlot
  /** The caller takes no more; held frames stay held. Further calls do nothing. */
  close(): void
}

export interface FrameSlot {
  readonly data: Uint8Array
  /** Ends the first hold; further calls do nothing. */
  release(): void
  /** @returns a function that ends this hold; further calls do nothing */
  hold(): () => void
}

interface Shared {
  readonly free: Uint8Array[]
  users: number
}

/** By the size of a frame, while in use. */
const sharedBySize = new Map<number, Shared>()

/** Number of free frames kept per size; the garbage collector gets the others. */
const mostFree = ({ users }: Shared): number => 2 + Math.ceil(users / 2)

/** @param size bytes of a frame */
export function createFrameMemory(size: number): FrameMemory {
  const shared: Shared = sharedBySize.get(size) ?? { free: [], users: 0 }
  sharedBySize.set(size, shared)
  shared.users++
  let isOpen = true

  function slotOf(data: Uint8Array): FrameSlot {
    let holds = 0
    function hold(): () => void {
      let isHeld = true
      holds++
      return () => {
        if (!isHeld) return
        isHeld = false
        if (--holds === 0 && shared.users > 0 && shared.free.length < mostFree(shared)) shared.free.push(data)
      }
    }
    return { data, release: hold(), hold }
  }

  return {
    take: () => slotOf(shared.free.pop() ?? new Uint8Array(new SharedArrayBuffer(size))),
    close() {
      if (!isOpen) return
      isOpen = false
      if (--shared.users === 0) sharedBySize.delete(size)
    },
  }
}
