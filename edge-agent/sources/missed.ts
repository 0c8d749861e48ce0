/** Number of intervals that determine a stream's rate: enough to contain two consecutive frames even under overload. */
const REMEMBERED = 100
/** Of these, sorted by length, the one that counts as the stream's own interval: short, but not the shortest by chance. */
const QUANTILE = 0.1
/** An interval longer than this many of the stream's own means that frames are missing. */
const GAP = 1.7
const ENOUGH = 5

/**
 * Counts the frames of a live stream that the decoder never output, by the gaps in the stream's own time: under overload the
 * sender or the decoder drops them, and nothing else reports it. Pure except for its memory.
 * @returns a function of a frame's time within its stream, seconds: number of frames missing between it and the previous one
 */
export function createMissed(): (seconds: number) => number {
  const intervals: number[] = []
  let last: number | undefined
  return (seconds) => {
    const interval = seconds - (last ?? seconds)
    last = seconds
    // The first frame, or a stream that started over.
    if (interval <= 0) return 0
    intervals.push(interval)
    if (intervals.length > REMEMBERED) intervals.shift()
    if (intervals.length < ENOUGH) return 0
    const own = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length * QUANTILE)]!
    return interval > GAP * own ? Math.round(interval / own) - 1 : 0
  }
}
