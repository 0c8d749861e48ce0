/** How a camera stops: first it takes nothing more; then, if the disk refuses for too long, it gives up its last writes. */
export interface Shutdown {
  /** Aborted when the camera takes nothing more. */
  readonly stopping: AbortSignal
  /** Aborted when the last writes are given up. */
  readonly givingUp: AbortSignal
  /** Stops the camera. @param done settles when the camera has written what it saw */
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
