import { basename } from 'node:path'

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z/

/**
 * When a frame in a file was taken, milliseconds since 1970: from a name such as `20261124T030501.123Z.jpg`
 * (UTC, ISO 8601 basic format), which survives copying; otherwise when the file was last written.
 * @param writtenMs the file's modification time, milliseconds since 1970
 */
export function frameInstant(path: string, writtenMs: number): number {
  const parts = NAME.exec(basename(path))
  if (!parts) return Math.floor(writtenMs)
  const [, year, month, day, hour, minute, second, ms] = parts
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
  return Number.isNaN(instant) ? Math.floor(writtenMs) : instant
}
