import { signal } from '@preact/signals'
import type { ProblemError } from '../../../api/problem.ts'

/** Whether the list is up to date. */
export type Connection =
  | { kind: 'off' }
  | { kind: 'connecting' }
  | {
      kind: 'live'
      /** Milliseconds. */
      since: number
      /**
       * After a lost connection: how long it was lost (ms), and how many alerts arrived meanwhile, all of which are here now.
       */
      caughtUp: { lostMs: number; came: number } | null
    }
  | { kind: 'lost'; since: number; problem: ProblemError }

export const connection = signal<Connection>({ kind: 'off' })

/** Whether alerts were missed that are no longer kept; until the person has seen that. */
export const gap = signal(false)

/** Waits, but ends early when the network is back, the page becomes visible, or `stop` is aborted. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const over = new AbortController()
    const end = () => {
      over.abort()
      clearTimeout(timer)
      go()
    }
    const timer = setTimeout(end, ms)
    const { signal } = over
    addEventListener('online', end, { signal })
    document.addEventListener('visibilitychange', () => !document.hidden && end(), { signal })
    stop.addEventListener('abort', end, { signal })
  })
}
