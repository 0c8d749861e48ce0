import { quarterOf } from '../../displays/list/due.ts'

/**
 * When the review of a quarter (`2026-Q3`) must be signed: before the next quarter ends, because the log is reviewed at least
 * once a quarter (AUD-3). @returns the first instant that is too late, milliseconds
 */
export function signingDeadline(quarter: string): number {
  const [year, number] = quarter.split('-Q').map(Number) as [number, number]
  return quarterOf(Date.UTC(year, number * 3)).end
}

/** The last instant before an end, for texts such as "until": ends are those of quarters, in UTC. */
export const lastInstant = (end: number): string => new Date(end - 1).toISOString()
