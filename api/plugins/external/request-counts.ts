import type { FastifyRateLimitStore } from '@fastify/rate-limit'
import { steadyClock } from '@sightline/runtime/clock'

type Told = Parameters<FastifyRateLimitStore['incr']>[1]

interface Window {
  count: number
  /** By the monotonic clock, milliseconds. */
  endsAt: number
}

/** Callers that are counted at once; then the one that was quiet for longest is forgotten. */
const MOST_CALLERS = 5000

/**
 * Counts requests by caller, each window by the monotonic clock. The plugin's own store has the wall clock: when that is set
 * back by an hour, everybody who was counted before is refused for an hour.
 */
export class RequestCounts implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>()

  /** @param lengthMs of a window */
  incr(caller: string, tell: Told, lengthMs: number): void {
    const now = steadyClock()
    const known = this.#windows.get(caller)
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + lengthMs }
    window.count++
    // The order of the map is that of their last requests.
    this.#windows.delete(caller)
    this.#windows.set(caller, window)
    if (this.#windows.size > MOST_CALLERS) this.#windows.delete(this.#windows.keys().next().value!)
    tell(null, { current: window.count, ttl: Math.ceil(window.endsAt - now) })
  }

  /** A route with a limit of its own counts on its own. */
  child(): FastifyRateLimitStore {
    return new RequestCounts()
  }
}
