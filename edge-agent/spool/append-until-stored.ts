import pRetry from 'p-retry'
import type { Logger } from '../../runtime/log.ts'
import { toSightlineError } from '../../schemas/errors.ts'
import type { Spool } from './spool.ts'

/**
 * Appends one message and comes back when it is on the disk; a disk that is full or refuses is tried again for
 * as long as it takes, so that the frames behind it wait instead of being read for nothing.
 * @param signal ends the attempts; the promise then rejects with its reason
 * @throws MESSAGE_INVALID at once: no attempt can help
 */
export function appendUntilStored(
  spool: Spool,
  message: Parameters<Spool['append']>[0],
  log: Logger,
  signal?: AbortSignal,
): Promise<void> {
  const mayPass = (error: Error) => ['SPOOL_FULL', 'SPOOL_FAILED'].includes(toSightlineError(error).code)
  return pRetry(() => spool.append(message), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 200,
    maxTimeout: 5000,
    shouldRetry: ({ error }) => mayPass(error),
    onFailedAttempt: ({ error }) =>
      log.error({ err: error, camera: message.camera }, 'a read is not on the disk yet'),
    ...(signal ? { signal } : {}),
  })
}
