import type { Display } from '../types.ts'

const DAY_MS = 86_400_000

/** Days before the end on which the owner is asked, nearest first (DSP-3). */
export const STEPS = [7, 30, 60] as const
export type Step = (typeof STEPS)[number]

export type DisplayStatus = Display['state'] | 'expired'

/** A display's status at an instant: the stored one, or `expired` once its time is over (DSP-3). */
export const statusOf = (
  { state, expiresAt }: Pick<Display, 'state' | 'expiresAt'>,
  now: number,
): DisplayStatus => (state === 'active' && Date.parse(expiresAt) <= now ? 'expired' : state)

/** Whole days left; 0 on the last day. */
export const daysLeft = (expiresAt: string, now: number): number =>
  Math.max(0, Math.floor((Date.parse(expiresAt) - now) / DAY_MS))

/** The latest reminder day that has been reached; null if the end is farther away. */
export function dueStep(display: Pick<Display, 'state' | 'expiresAt'>, now: number): Step | null {
  if (statusOf(display, now) !== 'active') return null
  const left = Date.parse(display.expiresAt) - now
  return STEPS.find((days) => left <= days * DAY_MS) ?? null
}

/** Displays that are due, by the nearest step, soonest end first. */
export function dueGroups<D extends Pick<Display, 'state' | 'expiresAt'>>(
  displays: readonly D[],
  now: number,
): { step: Step; displays: D[] }[] {
  const sorted = [...displays].sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1))
  return STEPS.map((step) => ({
    step,
    displays: sorted.filter((display) => dueStep(display, now) === step),
  })).filter(({ displays }) => displays.length > 0)
}

/** First instant of the quarter (UTC) in which oversight reviews (DSP-4), and of the next. */
export function quarterOf(now: number): { name: string; start: number; end: number } {
  const date = new Date(now)
  const [year, quarter] = [date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3)]
  return {
    name: `${year}-Q${quarter + 1}`,
    start: Date.UTC(year, quarter * 3),
    end: Date.UTC(year, quarter * 3 + 3),
  }
}

/** Oversight's verdict on a display in this quarter; `waits` until there is one. */
export const verdictOf = (
  { review }: Pick<Display, 'review'>,
  now: number,
): 'waits' | 'relevant' | 'rejected' =>
  review && Date.parse(review.at) >= quarterOf(now).start ? review.verdict : 'waits'
