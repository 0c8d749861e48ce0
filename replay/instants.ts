import { instant } from '@sightline/runtime/clock'

let lastAt = 0
let lastInstant = instant(0)

/** `instant` of the millisecond, cached: many reads of a fast stream share one. */
export function instantOf(milliseconds: number): string {
  const at = Math.floor(milliseconds)
  if (at !== lastAt) {
    lastInstant = instant(at)
    lastAt = at
  }
  return lastInstant
}
