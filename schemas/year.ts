/**
 * The same day some years later, at the same time of day; 29 February becomes 28 February: the rules say "within
 * a year" (DSP-3, ACC-3, ACC-4), so never a day more.
 */
export function yearsAfter(start: Date, years: number): Date {
  const end = new Date(start)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0)
  return end
}

/** Longest day that there is: the one on which clocks are set back. Milliseconds. */
const LONGEST_DAY_MS = 25 * 3_600_000

/**
 * An end that somebody asked for, under a latest one. Who names a last day means the whole of it, in their own zone; what
 * is asked for until later on the very day on which the time is over ends at that time, and is not refused for it.
 * @param end, @param latest milliseconds
 * @returns the earlier of both; undefined when `end` is on another day
 */
export const endByDay = (end: number, latest: number): number | undefined =>
  end - latest < LONGEST_DAY_MS ? Math.min(end, latest) : undefined

/** No read older than this many years is ever returned (QRY-4). */
export const HISTORY_YEARS = 5

const DAY_MS = 24 * 3_600_000

/**
 * The first instant that is not older than five years at `now` (QRY-4): the same date and time of the calendar, in
 * UTC. Where that date does not exist (29 February) it is 1 March, 00:00: the day before is older already.
 */
export function oldestAt(now: number): number {
  const then = new Date(now)
  const [month, day] = [then.getUTCMonth(), then.getUTCDate()]
  then.setUTCFullYear(then.getUTCFullYear() - HISTORY_YEARS)
  return then.getUTCMonth() === month && then.getUTCDate() === day
    ? then.getTime()
    : Math.floor(then.getTime() / DAY_MS) * DAY_MS
}
