import type { DisplayIndex, Match, Stored } from '@sightline/matching'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'

/**
 * How a read matches one display, by the same rules as the whole index; null when it does not. The caller has already
 * checked, with more information than the display has, that the read is new to the display (DSP-1).
 * @param index empty, and left empty
 * @param now milliseconds
 */
export function matchOfOne(
  index: DisplayIndex,
  display: Display,
  read: Read,
  stored: Stored,
  now: number,
): Match | null {
  index.set(display, 0)
  try {
    return index.match(read, now, stored)[0] ?? null
  } finally {
    index.remove(display.id)
  }
}
