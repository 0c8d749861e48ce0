import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import pRetry from 'p-retry'

/**
 * Writes something to the disk and returns when it is there. If the disk is full or refuses, it retries for as long as
 * necessary, so that the following frames wait instead of being read for nothing.
 * @param signal ends the attempts; the promise then rejects with its reason
 * @throws MESSAGE_INVALID at once: no retry can help
 */
export function retryUntilStored(
  camera: string,
  put: () => Promise<void>,
  log: Logger,
  signal?: AbortSignal,
): Promise<void> {
  const mayPass = (error: Error) => ['SPOOL_FULL', 'SPOOL_FAILED'].includes(toSightlineError(error).code)
  return pRetry(put, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 200,
    maxTimeout: 5000,
    shouldRetry: ({ error }) => mayPass(error),
    onFailedAttempt: ({ error }) => log.error({ err: error, camera }, 'a read is not on the disk yet'),
    ...(signal ? { signal } : {}),
  })
}
