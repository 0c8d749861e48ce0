/** Intervals that tell how fast a stream is: long enough to see two frames in a row also under overload. */
const REMEMBERED = 100
/** Of these, in order of length, the one taken for the stream's own: short, but not the shortest by chance. */
const QUANTILE = 0.1
/** A longer interval than so many of the stream's own has frames missing. */
const GAP = 1.7
const ENOUGH = 5

/**
 * Counts the frames of a live stream that never came out of the decoder, by the gaps in the stream's own time:
 * under overload the sender or the decoder drops them, and nobody else tells. Pure but for its memory.
 * @returns a function of a frame's time within its stream, seconds: frames missing between it and the one before
 */
export function createMissed(): (seconds: number) => number {
  const intervals: number[] = []
  let last: number | undefined
  return (seconds) => {
    const interval = seconds - (last ?? seconds)
    last = seconds
    // The first frame, or a stream that began again.
    if (interval <= 0) return 0
    intervals.push(interval)
    if (intervals.length > REMEMBERED) intervals.shift()
    if (intervals.length < ENOUGH) return 0
    const own = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length * QUANTILE)]!
    return interval > GAP * own ? Math.round(interval / own) - 1 : 0
  }
}
