import type { Clock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'

/** Counts pictures or messages that were set aside recently. */
export interface Rejections {
  add(error: SightlineError): void
  /** Warning that pictures are set aside, why, and how many; null if none or hardly any are. */
  trouble(): SightlineError | null
}

/** Pictures set aside longer ago than this, ms, are no longer reported. */
const LATE_MS = 3_600_000
/** A line that loses packets damages an occasional frame; a damaged stored picture or message indicates a fault. */
const LEAST = { live: 10, stored: 1, message: 1 }
/** Counting stops here. */
const MOST = 1000

/** @param kind whether frames arrive live or wait as files, or whether messages arrive */
export function countRejections(kind: keyof typeof LEAST, steady: Clock): Rejections {
  let times: number[] = []
  let last = ''
  return {
    add({ message }) {
      times = [...times, steady()].slice(-MOST)
      last = message
    },
    trouble() {
      times = times.filter((at) => at > steady() - LATE_MS)
      if (times.length < LEAST[kind]) return null
      const [code, what, hint] =
        kind === 'message'
          ? (['MESSAGES_REJECTED', 'message', MESSAGES_HINT] as const)
          : ([
              'PICTURES_REJECTED',
              'picture',
              'A folder keeps them in rejected/, each with its reason.',
            ] as const)
      const count = several(times.length, what)
      return new SightlineError(code, `set aside within an hour: ${count}, the last because ${last}`, {
        hint,
      })
    },
  }
}

const MESSAGES_HINT =
  'They are in rejected/ of the spool folder for some days, each with its reason. Check that `make` is that of the plate reader.'
