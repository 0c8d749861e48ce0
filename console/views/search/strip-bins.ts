/** Reads in one interval. */
export interface Bin {
  from: number
  count: number
  /** Index of the newest of them among all reads. */
  newest: number
}

/**
 * Counts instants in intervals of equal length, from the oldest to the newest.
 * @param instants milliseconds, newest first @param count number of intervals
 */
export function binsOf(instants: readonly number[], count: number): Bin[] {
  const [newest = 0, oldest = 0] = [instants[0], instants.at(-1)]
  const width = Math.max(1, (newest - oldest) / count)
  const bins = Array.from(
    { length: count },
    (_, n): Bin => ({ from: oldest + n * width, count: 0, newest: -1 }),
  )
  for (const [place, at] of instants.entries()) {
    const bin = bins[Math.min(count - 1, Math.floor((at - oldest) / width))]!
    bin.count++
    if (bin.newest < 0) bin.newest = place
  }
  return bins
}
