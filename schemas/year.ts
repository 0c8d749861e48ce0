/**
 * The same day some years later, at the same time of day; 29 February becomes 28 February: the rules say "within a
 * year" (DSP-3, ACC-3, ACC-4), so never a day more.
 */
export function yearsAfter(start: Date, years: number): Date {
  const end = new Date(start)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0)
  return end
}

/** Longest possible day: the one on which clocks are set back. Milliseconds. */
const LONGEST_DAY_MS = 25 * 3_600_000

/**
 * A requested end, limited by the latest allowed. A last day means the whole of it, in the person's own zone: an end
 * later on the very day on which the allowed time is over becomes that time, and is not refused.
 * @param end,
 * @param latest milliseconds
 * @returns the earlier of both; undefined when `end` is on a later day
 */
export const endByDay = (end: number, latest: number): number | undefined =>
  end - latest < LONGEST_DAY_MS ? Math.min(end, latest) : undefined

/** No read older than this many years is ever returned (QRY-4). */
export const HISTORY_YEARS = 5

const DAY_MS = 24 * 3_600_000

/**
 * The first instant that is not older than five years at `now` (QRY-4): the same date and time, in UTC. If that date
 * does not exist (29 February) it is 1 March, 00:00: the previous day is already older.
 */
export function oldestAt(now: number): number {
  const then = new Date(now)
  const [month, day] = [then.getUTCMonth(), then.getUTCDate()]
  then.setUTCFullYear(then.getUTCFullYear() - HISTORY_YEARS)
  return then.getUTCMonth() === month && then.getUTCDate() === day
    ? then.getTime()
    : Math.floor(then.getTime() / DAY_MS) * DAY_MS
}
