import type { FoundRead } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'

/**
 * How far the pages of a search have come. It consists of times and ids, not of vendors' own cursors, so it stays valid
 * when a vendor is unavailable for one page.
 */
export interface Place {
  /** All later reads were returned, milliseconds. */
  at: number
  /** Reads at `at` down to this id were returned; null: none. */
  id: string | null
}

/** One vendor's contribution to a page. */
export interface Harvest {
  readonly vendor: string
  readonly reads: readonly Read[]
  /** The vendor has more, at this instant (milliseconds) or before; null: nothing else in the window. */
  readonly horizon: number | null
}

export interface MergedPage {
  /** Newest first; at the same instant by id, descending. */
  reads: FoundRead[]
  /** Where the next page begins; null: there is none. */
  next: Place | null
}

/**
 * One page of several vendors' reads, duplicates merged. It goes back only as far as every vendor has sent everything,
 * so that no later page has to insert reads in between.
 * @param after reads up to there were returned on earlier pages
 */
export function mergePage(harvests: readonly Harvest[], after: Place, limit: number): MergedPage {
  const floor = Math.max(...harvests.map(({ horizon }) => horizon ?? Number.NEGATIVE_INFINITY))
  const found = new Map<string, FoundRead & { at: number }>()
  for (const { vendor, reads } of harvests) {
    for (const read of reads) {
      const at = Date.parse(read.seenAt)
      if (at <= floor || !comesAfter(at, read.id, after)) continue
      const known = found.get(read.id)
      if (!known) found.set(read.id, { at, read, vendors: [vendor] })
      else if (!known.vendors.includes(vendor)) known.vendors.push(vendor)
    }
  }
  const all = [...found.values()].sort((a, b) => b.at - a.at || (a.read.id < b.read.id ? 1 : -1))
  const page = all.slice(0, limit)
  const last = page.at(-1)
  const reads = page.map(({ read, vendors }) => ({ read, vendors }))
  if (last && all.length > limit) return { reads, next: { at: last.at, id: last.read.id } }
  return { reads, next: Number.isFinite(floor) ? { at: floor, id: null } : null }
}

const comesAfter = (at: number, id: string, after: Place): boolean =>
  at < after.at || (at === after.at && (after.id === null || id < after.id))
