import { setTimeout as pause } from 'node:timers/promises'
import { storedSubject } from '@sightline/schemas/subjects'
import { directGets } from './direct-gets.ts'
import type { Link } from './link.ts'
import type { StoredMessage } from './stream-message.ts'

export interface FollowDirectOptions {
  stream: string
  /** Its subjects: a notification on one of them triggers a request. Without it, only the timer does. */
  subject?: string
  /** Sequence of the first message wanted. */
  from: number
  /** Maximum number of messages per batch; two batches are in memory at a time. */
  batch: number
  /** Longest time between two requests, milliseconds; EVERY_MS without it. */
  everyMs?: number
  /** Ends it. */
  signal: AbortSignal
}

const RETRY_MS = 250
/** A replica may receive a message after its notification: ask again after these delays, milliseconds. */
const AGAIN_MS = [1, 4, 16, 64, 256]
/** How often to ask without a notification, which may be lost. */
const EVERY_MS = 1000

/**
 * Follows a stream of another account: every message once, in order, without a gap, across restarts of the broker. The
 * broker keeps no state for it (broker/direct-gets.ts).
 */
export async function* followDirect(
  link: Link,
  options: FollowDirectOptions,
): AsyncGenerator<readonly StoredMessage[], void> {
  const { stream, subject, batch, everyMs = EVERY_MS, signal } = options
  /** Repeated requests since the last notification; at the limit no more are made. */
  let again = AGAIN_MS.length
  let wake = () => {}
  let lost = new AbortController()
  const hear = () => {
    again = 0
    wake()
  }
  const unsubscribe = subject ? link.receive(link.heard(storedSubject(subject)), hear, () => {}) : () => {}
  const forget = link.onReconnect(() => {
    lost.abort()
    lost = new AbortController()
    hear()
  })
  const end = () => wake()
  signal.addEventListener('abort', end)
  const ask = (seq: number) =>
    directGets(link, stream, { seq }, batch, AbortSignal.any([signal, lost.signal]))

  function heard(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  try {
    let next = options.from
    let coming: Promise<StoredMessage[] | undefined> | undefined
    while (!signal.aborted) {
      const before = again
      const got = await (coming ?? ask(next))
      coming = undefined
      if (signal.aborted) return
      if (!got) await pause(RETRY_MS, undefined, { signal }).catch(() => {})
      else if (got.length > 0) {
        next = got.at(-1)!.seq + 1
        // Fetches the next batch while the caller works on this one.
        if (got.length === batch) coming = ask(next)
        yield got
      } else if (again >= before || again === AGAIN_MS.length) {
        const ms = AGAIN_MS[again] ?? everyMs
        again = Math.min(again + 1, AGAIN_MS.length)
        await heard(ms)
      }
    }
  } finally {
    signal.removeEventListener('abort', end)
    forget()
    unsubscribe()
  }
}
