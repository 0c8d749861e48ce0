import type { FoundRead } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'

/**
 * How far the pages of a search have come. It is about times and ids, not about vendors' own cursors: it outlives a
 * vendor that is away for one page.
 */
export interface Place {
  /** Everything later has been given, milliseconds. */
  at: number
  /** Of the reads at `at` those down to this id have been given; null: none. */
  id: string | null
}

/** What one vendor brought for a page. */
export interface Harvest {
  readonly vendor: string
  readonly reads: readonly Read[]
  /** The vendor has more, at this instant (milliseconds) or before; null: this is all it has in the window. */
  readonly horizon: number | null
}

export interface MergedPage {
  /** Newest first; of one instant by id, descending. */
  reads: FoundRead[]
  /** Where the next page begins; null: there is none. */
  next: Place | null
}

/**
 * One page of what several vendors have, the same read once. It goes only as far back as every vendor has told all
 * it has, so that no later page has to put something in between.
 * @param after reads up to there have been given on the pages before
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
