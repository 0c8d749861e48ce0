import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/**
 * The log of one process, on standard error, because standard output is for results. JSON lines by default, readable
 * lines on a terminal. It must never contain plates (the audit log has them, which only oversight reads, AUD-2).
 * @param level `trace` … `fatal` or `silent`; default SIGHTLINE_LOG, else `info`
 */
export function createLog(service: string, level = process.env.SIGHTLINE_LOG ?? 'info'): Logger {
  const options = { name: service, level, base: { service } }
  if (!process.stderr.isTTY) return pino(options, pino.destination({ fd: 2, sync: true }))
  return pino(
    options,
    pretty({
      destination: 2,
      sync: true,
      ignore: 'pid,hostname,service,name',
      messageFormat: '{service}: {msg}',
    }),
  )
}
