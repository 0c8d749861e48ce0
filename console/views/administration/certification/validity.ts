const AHEAD_MS = 60 * 86_400_000

/** Whether something is valid, ends soon or has ended; "soon" is 60 days, as in the list of what is due. */
export function validityOf(until: string | undefined, now: number): 'never' | 'lapsed' | 'soon' | 'valid' {
  if (until === undefined) return 'never'
  const left = Date.parse(until) - now
  if (left <= 0) return 'lapsed'
  return left <= AHEAD_MS ? 'soon' : 'valid'
}
