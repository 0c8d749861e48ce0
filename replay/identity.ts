import { numberedIds } from './ids.ts'
import { type Line, restamp } from './line.ts'

/** Makes the reads of a stream into reads of now, by cameras of the caller's choosing. */
export interface Identity {
  /** Read number `n` of this run, as if seen at `at` (milliseconds since 1970). */
  renew(line: Line, n: number, at: number): Line
  /** Whether this run published the read of that id. */
  isOurs(readId: string): boolean
}

/**
 * Fresh ids, so that a recording can be played again and again. They are not readId()s: at a multiple of its pace two
 * sightings of one plate may fall into one millisecond, and must stay two.
 * @param cameras the reads come from so many cameras in turn, `replay-1` …; 0: from those that are recorded
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

/** Reads as they are recorded: whatever a repeat of them raises is ours as well. */
export const recordedIdentity: Identity = { renew: (line) => line, isOurs: () => true }
