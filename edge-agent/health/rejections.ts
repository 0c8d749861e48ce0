import type { Clock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'

/** Counts pictures or messages that were set aside, of late. */
export interface Rejections {
  add(error: SightlineError): void
  /** That pictures are set aside, why, and how many; null while none or hardly any are. */
  trouble(): SightlineError | null
}

/** What was set aside longer ago, ms, is no news. */
const LATE_MS = 3_600_000
/** A line that loses packets spoils a frame now and then; a stored picture or a message is spoiled by a fault. */
const LEAST = { live: 10, stored: 1, message: 1 }
/** More need not be counted. */
const MOST = 1000

/** @param kind whether frames come by themselves or wait as files, or whether messages come */
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
  'They are in rejected/ of the spool folder for some days, each with its reason. See whether `make` is that of the reader.'
