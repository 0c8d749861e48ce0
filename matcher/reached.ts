/** Progress in a stream, for callers that wait until it reaches a sequence. */
export interface Reached {
  /** Everything up to this sequence is done. */
  to(sequence: number): void
  /** Settles when everything up to a sequence is done; rejects only with the reason of `signal`. */
  until(sequence: number, signal: AbortSignal): Promise<void>
}

/** @param from sequence that is already done */
export function createReached(from: number): Reached {
  let reached = from
  const waiting = new Set<() => void>()
  return {
    to(sequence) {
      reached = sequence
      for (const look of waiting) look()
    },
    until: (sequence, signal) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          waiting.delete(look)
          signal.removeEventListener('abort', giveUp)
          settle()
        }
        const look = () => {
          if (reached >= sequence) end(resolve)
        }
        const giveUp = () => end(() => reject(signal.reason))
        waiting.add(look)
        signal.addEventListener('abort', giveUp)
        if (signal.aborted) giveUp()
        else look()
      }),
  }
}
