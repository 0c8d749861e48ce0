import type { Entry } from './feed/entry.ts'
import { placeAfter, placeIn } from './feed/held.ts'

/**
 * The alert this many rows further down (older) or up (newer, below 0) from another. That one may have left the list
 * meanwhile, because it was judged: its neighbors are still found.
 * @returns undefined when there is none
 */
export function neighbor(rows: readonly Entry[], from: number | null, by: number): number | undefined {
  if (rows.length === 0) return undefined
  if (from === null) return rows[0]!.sequence
  const here = placeIn(rows, from)
  const after = placeAfter(rows, from)
  // From between two rows, one step down is the next row.
  const to = here === undefined ? after + (by > 0 ? by - 1 : by) : here + by
  return rows[Math.max(0, Math.min(to, rows.length - 1))]?.sequence
}
