import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import type { SweepLease } from './sweep-lease.ts'

/** Time between two sweeps, milliseconds. */
const SWEEP_MS = 10 * 60_000

export interface Sweeps {
  /** Runs all sweeps, after any run in progress; settles when they are done. */
  run(): Promise<void>
  close(): Promise<void>
}

export interface SweepOptions {
  lease: SweepLease
  log: Logger
}

/**
 * Runs all sweeps periodically until closed. Nothing depends on when, and a failing sweep does not stop the others:
 * whatever expires, expires by its date. Only one of several api processes sweeps at a time, so each deletion is
 * recorded once.
 */
export function startSweeps(sweeps: readonly (() => Promise<void>)[], { lease, log }: SweepOptions): Sweeps {
  const guard = (work: () => Promise<unknown>) =>
    work().catch((error) => {
      log.warn({ code: toSightlineError(error).code }, 'a sweep failed; the next one will catch up')
    })

  const runInTurn = async () => {
    const giveBack = await lease.take()
    if (!giveBack) return
    for (const sweep of sweeps) await guard(sweep)
    await giveBack()
  }
  let last: Promise<unknown> = Promise.resolve()
  const run = async () => {
    last = last.then(() => guard(runInTurn))
    await last
  }
  void run()
  const timer = setInterval(run, SWEEP_MS)
  timer.unref()
  return {
    run,
    close: async () => {
      clearInterval(timer)
      await last
    },
  }
}
