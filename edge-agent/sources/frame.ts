import { basename } from 'node:path'
import { instant } from '../../runtime/clock.ts'

/** One picture of a camera, waiting in a file. */
export interface Frame {
  path: string
  /** When it was taken (schemas/message.ts, Instant). */
  seenAt: string
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z/

/**
 * When a frame was taken: from a name such as `20261124T030501.123Z.jpg` (UTC, ISO 8601 basic format), which
 * survives copying; otherwise when the file was last written.
 * @param writtenMs the file's modification time, milliseconds since 1970
 */
export function frameInstant(path: string, writtenMs: number): string {
  const parts = NAME.exec(basename(path))
  if (parts) {
    const [, year, month, day, hour, minute, second, ms] = parts
    const spelled = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`
    if (!Number.isNaN(Date.parse(spelled))) return instant(Date.parse(spelled))
  }
  return instant(Math.floor(writtenMs))
}
