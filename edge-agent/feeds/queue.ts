import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'

/** A line of things to be sent, one after the other, that never grows nor holds anybody up. */
export interface Queue<T> {
  /**
   * Takes its place in the line; the oldest that is not on its way gives way when that is full.
   * @param at since when it may wait, by the steady clock; default: now
   */
  add(item: T, at?: number): void
  /** How many wait, the one on its way counted. */
  waiting(): number
  /** Ends without sending what waits. */
  close(): Promise<void>
}

export interface QueueOptions<T> {
  /** Rejects when it is to be tried again. @param signal ends the attempt @param leftMs so long it is still of use */
  send(item: T, signal: AbortSignal, leftMs: number): Promise<void>
  /** Told once when sending begins to fail, and once with undefined when it works again. */
  onState(error: Error | undefined): void
  /** Told of those that were dropped: too old, or too many. */
  onDropped(count: number): void
  /** Most that wait behind the one on its way, and how long, ms. */
  readonly most: number
  readonly keepMs: number
  readonly steady: Clock
}

/** First and longest pause before a failed attempt is repeated, ms; and how long an attempt may take. */
const PAUSE = { first: 250, longest: 5_000 }
const ATTEMPT_MS = 10_000

export function createQueue<T>(options: QueueOptions<T>): Queue<T> {
  const { send, onState, onDropped, most, keepMs, steady } = options
  const closing = new AbortController()
  let waiting: { item: T; at: number }[] = []
  /** The first of them while it is on its way: it may still arrive, so it is not dropped. */
  let going: (typeof waiting)[number] | undefined
  let sending = Promise.resolve()
  let isSending = false
  let isDown = false

  /** Drops all but those that are kept, and the one on its way. */
  function keep(isKept: (one: (typeof waiting)[number], n: number) => boolean): void {
    const kept = waiting.filter((one, n) => one === going || isKept(one, n))
    const dropped = waiting.length - kept.length
    waiting = kept
    if (dropped > 0) onDropped(dropped)
  }
  const dropOld = () => keep(({ at }) => steady() - at < keepMs)
  const dropExcess = () => keep((_, n) => n >= waiting.length - most)
  function tell(error: Error | undefined): void {
    if (isDown !== (error !== undefined)) onState(error)
    isDown = error !== undefined
  }

  async function work(): Promise<void> {
    let pause = PAUSE.first
    isSending = true
    try {
      for (dropOld(); waiting.length > 0 && !closing.signal.aborted; dropOld()) {
        const next = waiting[0]!
        going = next
        try {
          const { item, at } = next
          const patience = AbortSignal.any([closing.signal, AbortSignal.timeout(ATTEMPT_MS)])
          await send(item, patience, keepMs - (steady() - at))
          going = undefined
          waiting = waiting.filter((one) => one !== next)
          tell(undefined)
          pause = PAUSE.first
        } catch (error) {
          going = undefined
          if (closing.signal.aborted) return
          tell(error as Error)
          await sleep(pause, undefined, { signal: closing.signal }).catch(() => {})
          pause = Math.min(2 * pause, PAUSE.longest)
        }
      }
    } finally {
      // In the same step as the look that found nothing: what comes a moment later must start it again.
      isSending = false
    }
  }

  return {
    add(item, at = steady()) {
      if (closing.signal.aborted) return
      waiting.push({ item, at })
      dropExcess()
      if (!isSending) sending = work()
    },
    waiting() {
      dropOld()
      return waiting.length
    },
    async close() {
      closing.abort(new Error('the feed is closing'))
      await sending
    },
  }
}
