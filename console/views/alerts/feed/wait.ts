const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/**
 * How long to wait before the next try: longer each time, and not as long as others, who lost the connection at the same
 * moment and would come back at the same one.
 * @param tries that failed so far, 1 or more
 * @param chance 0 to 1
 */
export function waitMs(tries: number, chance = Math.random()): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10), LONGEST_WAIT_MS)
  return longest * (0.5 + chance / 2)
}
