import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Keeps something open that may fail at any time, until aborted: reopens it with a growing wait, which is reset once it has
 * worked. The log has a reason once, not for every attempt.
 * @param open lives as long as the thing; calls `works` when it works; rejects when it fails, or resolves when it has ended
 *   for good
 * @param onLost called for each failure
 */
export async function keepOpen(
  open: (works: () => void) => Promise<void>,
  log: Logger,
  signal: AbortSignal,
  onLost: (error: SightlineError) => void = () => {},
): Promise<void> {
  let told = ''
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const works = () => {
      wait = FIRST_WAIT_MS / 2
      if (told) log.info('the GPS is back')
      told = ''
    }
    try {
      return await open(works)
    } catch (thrown) {
      if (signal.aborted) return
      const err = toSightlineError(thrown)
      onLost(err)
      if (err.message !== told) log.warn({ err }, 'no GPS; it is tried again')
      told = err.message
    }
    await sleep(wait, undefined, { signal }).catch(() => {})
  }
}
