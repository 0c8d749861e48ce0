import { instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { SightlineError } from '@sightline/schemas/errors'

export type Warning = NonNullable<CameraHealth['warnings']>[number]

/** What is wrong with a camera or its host although frames arrive: logged when it begins and when it ends. */
export interface Warnings {
  /** @param present everything that is wrong now, at most one per code */
  update(present: readonly SightlineError[], now: number): Warning[]
}

/** A health report must be short: the broker accepts 16 KiB. */
const LONGEST = 1000

export function keepWarnings(camera: string, log: Logger): Warnings {
  const since = new Map<string, number>()
  return {
    update(present, now) {
      for (const error of present) {
        if (since.has(error.code)) continue
        since.set(error.code, now)
        log.warn({ camera, code: error.code, reason: error.message, hint: error.hint }, 'warning')
      }
      for (const code of since.keys()) {
        if (present.some((error) => error.code === code)) continue
        since.delete(code)
        log.info({ camera, code }, 'the warning has ended')
      }
      return present
        .map(({ code, message, hint }) => ({
          code,
          message: (hint ? `${message}. ${hint}` : message).slice(0, LONGEST),
          since: instant(since.get(code)!),
        }))
        .sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))
    },
  }
}
