import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Outcome } from './plugins/app/idempotency.ts'
import { malformedAs } from './stores/left-out.ts'
import type { Records } from './stores/records.ts'

/** Time between two sweeps, milliseconds. */
const SWEEP_MS = 10 * 60_000
/** A sweep that has not ended for so long was interrupted, milliseconds: another process may sweep. */
export const TURN_MS = 15 * 60_000
/** Under which the turn stands among the writes that are on their way. */
const TURN = 'sweep'

export interface Sweeps {
  /** Runs all of them, after those that run just now; settles when they have. */
  run(): Promise<void>
  close(): Promise<void>
}

export interface SweepOptions {
  /** Where processes see of each other that they sweep. */
  writes: Pick<Records<Outcome>, 'find' | 'put' | 'remove'>
  clock: Clock
  log: Logger
}

/**
 * Runs all sweeps now and then until it is closed; nothing depends on when, and one that fails holds up no other: what
 * has an end, ends by its date. Of several api processes one sweeps at a time, so what is deleted is recorded once.
 */
export function startSweeps(
  sweeps: readonly (() => Promise<void>)[],
  { writes, clock, log }: SweepOptions,
): Sweeps {
  const guarded = (work: () => Promise<unknown>) =>
    work().catch((error) => {
      log.warn({ code: toSightlineError(error).code }, 'a sweep failed; the next one makes up for it')
    })

  const runInTurn = async () => {
    if (!(await takeTurn(writes, clock()))) return
    try {
      for (const sweep of sweeps) await guarded(sweep)
    } finally {
      await writes.remove(TURN)
    }
  }
  let last: Promise<unknown> = Promise.resolve()
  const run = async () => {
    last = last.then(() => guarded(runInTurn))
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

/** @returns whether this process may sweep: no other does */
async function takeTurn(writes: SweepOptions['writes'], now: number): Promise<boolean> {
  const known = await writes.find(TURN).catch(malformedAs({ startedAt: 0 }))
  if (known && now - known.value.startedAt < TURN_MS) return false
  try {
    await writes.put(TURN, { digest: TURN, startedAt: now, done: null }, known?.revision ?? 0)
    return true
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'CONFLICT') return false
    throw error
  }
}
