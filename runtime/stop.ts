import closeWithGrace from 'close-with-grace'
import type { Logger } from './log.ts'

/**
 * Runs `stop` once on SIGINT, SIGTERM, an uncaught error, or when the supervisor that started this process is gone,
 * then ends the process: status 0 after a signal, non-zero after an error. A stop that takes longer than ten seconds is
 * cut short.
 */
export function onStop(log: Logger, stop: () => Promise<void>): { close(): void } {
  // A program that ends by itself has closed what it opened, and has its own status.
  const handle = closeWithGrace(
    { delay: 10_000, logger: false, skip: ['beforeExit'] },
    async ({ signal, err }) => {
      if (err) log.fatal({ err }, 'stopped by an unexpected error')
      else log.info({ signal }, 'stopping')
      await stop()
    },
  )
  if (process.connected) process.once('disconnect', () => handle.close())
  return { close: () => handle.close() }
}
