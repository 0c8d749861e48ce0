/**
 * How a camera stops: first it takes no more frames; then, if the disk refuses for too long, it abandons its last
 * writes.
 */
export interface Shutdown {
  /** Aborted when the camera takes no more frames. */
  readonly stopping: AbortSignal
  /** Aborted when the last writes are abandoned. */
  readonly givingUp: AbortSignal
  /** Stops the camera. @param done settles when the camera has written everything it saw */
  stop(done: Promise<unknown>): Promise<void>
}

/** How long a disk that refuses may delay the stop, ms. */
const LAST_WRITE_MS = 5_000

export function createShutdown(): Shutdown {
  const [stopping, givingUp] = [new AbortController(), new AbortController()]
  return {
    stopping: stopping.signal,
    givingUp: givingUp.signal,
    async stop(done) {
      stopping.abort(new Error('the camera is stopping'))
      const timer = setTimeout(() => givingUp.abort(new Error('the disk takes nothing')), LAST_WRITE_MS)
      await done.catch(() => {})
      clearTimeout(timer)
    },
  }
}
