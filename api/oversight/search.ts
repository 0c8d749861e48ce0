import { instant } from '@sightline/runtime/clock'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { AuditLookup } from './audit-lookup.ts'

/** Records read at a time, from the end backward. */
const CHUNK = 20_000
/** Maximum number of records that one page searches, so that its answer comes within seconds. */
const BUDGET = 200_000
/** How much the clocks of several processes that write the log may differ, milliseconds. */
const SKEW_MS = 60_000

export interface AuditPage {
  /** Newest first. */
  records: AuditRecord[]
  /** Cursor of the next page; null when everything was searched. */
  next: string | null
  /** How far back was searched; null: all of it. */
  searchedTo: string | null
  /** Messages in the log that are not records: `./sightline audit verify` tells more. */
  malformed: number
}

export interface PageWanted {
  /** Milliseconds: from ≤ t < to. */
  readonly from?: number
  readonly to?: number
  readonly limit: number
  /** `next` of the previous page. */
  readonly before?: number
}

/** Searches the log with `matches`, newest first, one page at a time (AUD-3). */
export async function searchAudit(
  lookup: AuditLookup,
  matches: (record: AuditRecord) => boolean,
  { from, to, limit, before }: PageWanted,
): Promise<AuditPage> {
  const lowest = from === undefined ? 1 : await lookup.firstSince(from - SKEW_MS)
  const highest = to === undefined ? await lookup.last() : (await lookup.firstSince(to + SKEW_MS)) - 1
  let high = Math.min(highest, (before ?? Number.POSITIVE_INFINITY) - 1)
  const floor = Math.max(lowest, high - BUDGET + 1)
  const records: AuditRecord[] = []
  let malformed = 0
  let searchedTo: string | null = null
  while (high >= floor) {
    const low = Math.max(floor, high - CHUNK + 1)
    const found: { sequence: number; record: AuditRecord }[] = []
    let oldest: string | null = null
    for await (const { sequence, record } of lookup.read(low, high)) {
      if (!record) malformed++
      else {
        oldest ??= record.at
        if (matches(record)) found.push({ sequence, record })
      }
    }
    for (const { sequence, record } of found.reverse()) {
      records.push(record)
      if (records.length < limit) continue
      const isAll = sequence === lowest
      return {
        records,
        malformed,
        next: isAll ? null : String(sequence),
        searchedTo: isAll ? null : record.at,
      }
    }
    searchedTo = oldest ?? searchedTo
    high = low - 1
  }
  if (floor > lowest) return { records, malformed, next: String(floor), searchedTo }
  return { records, malformed, next: null, searchedTo: null }
}

/** Every record of a period, oldest first. @param from milliseconds @param to the one after the last */
export async function* recordsBetween(
  lookup: AuditLookup,
  from: number,
  to: number,
): AsyncGenerator<AuditRecord, void> {
  const [first, end] = [await lookup.firstSince(from - SKEW_MS), await lookup.firstSince(to + SKEW_MS)]
  const [start, stop] = [instant(from), instant(to)]
  for await (const { record } of lookup.read(first, end - 1)) {
    if (record && record.at >= start && record.at < stop) yield record
  }
}
