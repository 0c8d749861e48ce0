import { numberedIds } from './ids.ts'
import { type Line, restamp } from './line.ts'

/** Turns the reads of a stream into current reads, from cameras that the caller chooses. */
export interface Identity {
  /** Read number `n` of this run, as if seen at `at` (milliseconds since 1970). */
  renew(line: Line, n: number, at: number): Line
  /** Whether this run published the read with that id. */
  isOurs(readId: string): boolean
}

/**
 * Fresh ids, so that a recording can be played repeatedly. They do not come from readId(): at a multiple of the
 * recorded pace two sightings of one plate may fall into one millisecond, and must stay two.
 * @param cameras number of cameras that send the reads in turn, `replay-1` …; 0: the recorded ones
 */
export function freshIdentity(cameras: number): Identity {
  const ids = numberedIds()
  return {
    renew(line, n, at) {
      const cameraId = cameras > 0 ? `replay-${(n % cameras) + 1}` : line.camera.id
      return restamp(line, { id: ids.id(n), cameraId, at })
    },
    isOurs: ids.has,
  }
}

/** Reads as recorded: everything that a repetition of them raises counts as ours. */
export const recordedIdentity: Identity = { renew: (line) => line, isOurs: () => true }
