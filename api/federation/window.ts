import { type Clock, instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { TimeWindow } from '@sightline/schemas/federated-search'
import { oldestAt, HISTORY_YEARS as YEARS } from '@sightline/schemas/year'
import { type ClockMemory, FORGETFUL } from './clock-memory.ts'

const DAY = 86_400_000

/** Default window; older reads on request (QRY-3). */
export const RECENT_DAYS = 30

/** The limits of a search after the rules are applied; milliseconds since 1970. */
export interface Bounds {
  /** Oldest instant that may be shown. */
  readonly oldest: number
  readonly from: number
  /** Exclusive; never after `now`. */
  readonly to: number
  readonly now: number
  /** In words: where the window is smaller than requested, and why. */
  readonly narrowed: readonly string[]
}

/** @throws RULE_BROKEN for a read older than five years: no vendor is asked about it (QRY-4) */
export function requireAge(seenAt: string, now: number): void {
  const oldest = instant(oldestAt(now))
  if (seenAt >= oldest) return
  throw new SightlineError('RULE_BROKEN', `the read is older than ${YEARS} years (QRY-4)`, {
    hint: `Vendors are not asked about anything before ${oldest}.`,
  })
}

/**
 * A monotonic clock: reads that had become too old stay so when this machine's clock is set back.
 * @param onBackward called once each time the clock is set back, with the milliseconds
 * @param memory keeps the clock from going back after a restart
 */
export function forwardClock(
  clock: Clock,
  onBackward: (byMs: number) => void = () => {},
  memory: ClockMemory = FORGETFUL,
): Clock {
  let { latest } = memory
  let isBack = false
  return () => {
    const now = clock()
    if (now > latest) {
      memory.keep(now)
      latest = now
    }
    if (now < latest && !isBack) onBackward(latest - now)
    isBack = now < latest
    return latest
  }
}

/**
 * The requested window, limited by the rules at `now`: not before five years ago, not after now; without `from` the 30
 * days before `to`.
 * @throws MESSAGE_INVALID for an invalid date or when `to` is not after `from`, RULE_BROKEN when nothing is left
 */
export function boundsOf(asked: Partial<TimeWindow>, now: number): Bounds {
  const oldest = oldestAt(now)
  const narrowed: string[] = []
  const wantedTo = asked.to === undefined ? now : millisecondsOf('to', asked.to)
  const wantedFrom =
    asked.from === undefined
      ? Math.min(wantedTo, now) - RECENT_DAYS * DAY
      : millisecondsOf('from', asked.from)
  if (asked.from !== undefined && wantedFrom >= wantedTo) {
    throw new SightlineError('MESSAGE_INVALID', 'not a valid search: /to must come after /from')
  }
  if (wantedTo <= oldest) {
    throw new SightlineError('RULE_BROKEN', `reads older than ${YEARS} years cannot be searched (QRY-4)`, {
      hint: `Search a window that ends after ${instant(oldest)}.`,
    })
  }
  if (wantedFrom >= now) {
    throw new SightlineError('RULE_BROKEN', 'the time window is in the future', {
      hint: `Search a window that begins before ${instant(now)}. To learn of future reads, add a watchlist entry.`,
    })
  }
  if (wantedTo > now) narrowed.push(`to: ${asked.to} is in the future; now is ${instant(now)}`)
  if (asked.from !== undefined && wantedFrom < oldest) {
    narrowed.push(
      `from: reads older than ${YEARS} years cannot be searched; searched from ${instant(oldest)}`,
    )
  }
  return { oldest, from: Math.max(wantedFrom, oldest), to: Math.min(wantedTo, now), now, narrowed }
}

/** The window before this one that may still be searched, or null. */
export const windowBefore = ({ from, oldest }: Pick<Bounds, 'from' | 'oldest'>): TimeWindow | null =>
  from > oldest ? { from: instant(oldest), to: instant(from) } : null

export const windowOf = ({ from, to }: Pick<Bounds, 'from' | 'to'>): TimeWindow => ({
  from: instant(from),
  to: instant(to),
})

function millisecondsOf(name: string, text: string): number {
  const at = Date.parse(text)
  // The pattern of an instant accepts 30 February, which Date moves into March.
  if (Number.isNaN(at) || instant(at) !== text) {
    throw new SightlineError('MESSAGE_INVALID', `not a valid search: /${name} is not a valid date`)
  }
  return at
}
