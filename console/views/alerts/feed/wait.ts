const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/** How long to wait before the next try. @param tries that failed so far, 1 or more */
export const waitMs = (tries: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10), LONGEST_WAIT_MS)
