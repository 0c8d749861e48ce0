const AHEAD_MS = 60 * 86_400_000

/** How something that ends stands; the same 60 days as the list of what is due. */
export function validityOf(until: string | undefined, now: number): 'never' | 'lapsed' | 'soon' | 'valid' {
  if (until === undefined) return 'never'
  const left = Date.parse(until) - now
  if (left <= 0) return 'lapsed'
  return left <= AHEAD_MS ? 'soon' : 'valid'
}
