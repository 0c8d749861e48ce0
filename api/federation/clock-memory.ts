import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'

/** The latest instant that a clock has shown, milliseconds since 1970; survives the process. */
export interface ClockMemory {
  readonly latest: number
  /** @throws CONFIG_INVALID when it cannot be kept */
  keep(latest: number): void
}

export const FORGETFUL: ClockMemory = { latest: Number.NEGATIVE_INFINITY, keep: () => {} }

/**
 * How much of the clock's progress may be forgotten, ms: the limit is five years, and a query must not wait for a disk.
 */
const KEEP_EVERY_MS = 60_000

/** In the api's data folder. */
const FILE = 'latest-clock'

/**
 * Keeps it in a file, so that setting the clock back while the api is down does not make older reads visible again
 * (QRY-4).
 * @throws CONFIG_INVALID for a file without an instant: without it the limit would be a guess
 */
export function openClockMemory(dataDir: string): ClockMemory {
  const path = join(dataDir, FILE)
  const latest = existsSync(path) ? Date.parse(readFileSync(path, 'utf8').trim()) : FORGETFUL.latest
  if (Number.isNaN(latest)) {
    throw new SightlineError('CONFIG_INVALID', `${path} does not contain a date and time`, {
      hint: `The file holds the latest time that the api has seen. Write the current time into it, e.g. ${instant(0)}.`,
    })
  }
  let kept = latest
  return {
    latest,
    keep: (at) => {
      if (at - kept < KEEP_EVERY_MS) return
      try {
        // Written under another name first, so that an existing file is always complete.
        writeFileSync(`${path}.new`, `${instant(at)}\n`)
        renameSync(`${path}.new`, path)
        kept = at
      } catch (cause) {
        throw new SightlineError('CONFIG_INVALID', `${path} cannot be written`, {
          cause,
          hint: "Free disk space for the api's data folder, and let the api write there.",
        })
      }
    },
  }
}
