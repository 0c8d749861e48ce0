import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'

/** A queue of limited length that sends things one after another and never blocks its callers. */
export interface Queue<T> {
  /**
   * Queues it; if the queue is full, drops the oldest thing that is not being sent.
   * @param at start of its waiting time, by a monotonic clock; default: now
   */
  add(item: T, at?: number): void
  /** Number of things that wait, including the one being sent. */
  waiting(): number
  /** Ends without sending what waits. */
  close(): Promise<void>
}

export interface QueueOptions<T> {
  /** Rejects when it should be tried again. @param signal ends the attempt @param leftMs how long it is still useful */
  send(item: T, signal: AbortSignal, leftMs: number): Promise<void>
  /** Called once when sending begins to fail, and once with undefined when it works again. */
  onState(error: Error | undefined): void
  /** Called with the number of things dropped: too old, or too many. */
  onDropped(count: number): void
  /** Maximum number that wait behind the one being sent, and how long, ms. */
  readonly most: number
  readonly keepMs: number
  readonly steady: Clock
}

/** First and longest pause before a failed attempt is repeated, ms; and the time limit of an attempt. */
const PAUSE = { first: 250, longest: 5_000 }
const ATTEMPT_MS = 10_000

export function createQueue<T>(options: QueueOptions<T>): Queue<T> {
  const { send, onState, onDropped, most, keepMs, steady } = options
  const closing = new AbortController()
  let waiting: { item: T; at: number }[] = []
  /** The first thing while it is being sent: it may still arrive, so it is not dropped. */
  let going: (typeof waiting)[number] | undefined
  let sending = Promise.resolve()
  let isSending = false
  let isDown = false

  /** Drops all except those to keep and the one being sent. */
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
      // Must follow the check in the same step: whatever arrives a moment later must start the loop again.
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
