import { instant } from '@sightline/runtime/clock'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { toSightlineError } from '@sightline/schemas/errors'
import type { AuditLookup, LoggedRecord } from './audit-lookup.ts'
import type { AuditIndex } from './index/audit-index.ts'
import { NO_RECORD } from './index/terms.ts'

/** Records read at a time, from the end backward: at first few, because a page may be full soon. */
const CHUNK = { first: 500, growth: 4, most: 20_000 }
/** Maximum number of records that one page searches, so that its answer comes within seconds. */
const BUDGET = 200_000
/** Records that the index named, and that one page compares; and how many are requested at once. */
const FETCHED = { most: 5000, atOnce: 64 }
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

export interface AuditSearch {
  /** Whether a record is wanted. */
  matches(record: AuditRecord): boolean
  /** One term of each group is in every record that matches (index/terms.ts). */
  readonly groups: readonly (readonly string[])[]
}

interface Sources {
  lookup: AuditLookup
  index: Pick<AuditIndex, 'reaches' | 'find'>
}

/** What a page has so far. */
interface Progress extends Pick<AuditPage, 'records' | 'malformed'> {
  readonly limit: number
  /** Everything from this sequence on was searched. */
  low: number
  /** When the oldest record was written that was looked at. */
  oldest: string | null
}

const isFull = ({ records, limit }: Progress): boolean => records.length >= limit

/**
 * Searches the log, newest first, one page at a time (AUD-3). What the index has not reached is read from the log, and so is
 * everything while there is no index.
 */
export async function searchAudit(
  { lookup, index }: Sources,
  { matches, groups }: AuditSearch,
  { from, to, limit, before = Number.POSITIVE_INFINITY }: PageWanted,
): Promise<AuditPage> {
  const [last, lowest, end] = await Promise.all([
    lookup.last(),
    from === undefined ? 1 : lookup.firstSince(from - SKEW_MS),
    to === undefined ? Number.POSITIVE_INFINITY : lookup.firstSince(to + SKEW_MS),
  ])
  const page: Progress = {
    records: [],
    malformed: 0,
    limit,
    low: Math.min(last + 1, end, before),
    oldest: null,
  }
  // An index that has more than the log is another log's; with nothing but a time to look for, it knows nothing.
  const reach = groups.length > 0 && index.reaches() <= last ? index.reaches() : 0
  const isDone = await readBackward(lookup, matches, page, Math.max(lowest, reach + 1))
  if (isDone && !isFull(page) && page.low > lowest) {
    await readIndexed({ lookup, index }, { matches, groups }, page, lowest).catch(() =>
      // The index itself says what is wrong with it.
      readBackward(lookup, matches, page, lowest),
    )
  }
  const { records, malformed, low, oldest } = page
  if (low <= lowest) return { records, malformed, next: null, searchedTo: null }
  return { records, malformed, next: String(low), searchedTo: oldest }
}

/** Reads the log back to a sequence. @returns whether it came so far; the page may be full before */
async function readBackward(
  lookup: AuditLookup,
  matches: AuditSearch['matches'],
  page: Progress,
  lowest: number,
): Promise<boolean> {
  const floor = Math.max(lowest, page.low - BUDGET)
  let size = CHUNK.first
  while (page.low > floor && !isFull(page)) {
    const from = Math.max(floor, page.low - size)
    const read: LoggedRecord[] = []
    let oldest: string | null = null
    for await (const one of lookup.read(from, page.low - 1)) {
      oldest ??= one.record?.at ?? null
      if (!one.record || matches(one.record)) read.push(one)
    }
    for (const one of read.reverse()) {
      take(page, one)
      if (isFull(page)) return page.low <= lowest
    }
    page.low = from
    page.oldest = oldest ?? page.oldest
    size = Math.min(CHUNK.most, size * CHUNK.growth)
  }
  return page.low <= lowest
}

/** Compares the records that the index names, back to a sequence. */
async function readIndexed(
  { lookup, index }: Sources,
  { matches, groups }: AuditSearch,
  page: Progress,
  lowest: number,
): Promise<void> {
  const high = page.low - 1
  let left = FETCHED.most
  const named = async () => {
    for await (const sequences of index.find(groups, lowest, high)) {
      for (let at = 0; at < sequences.length; at += FETCHED.atOnce) {
        const some = sequences.slice(at, at + FETCHED.atOnce)
        for (const one of await Promise.all(some.map((sequence) => getIfThere(lookup, sequence)))) {
          if (one?.record && matches(one.record)) take(page, one)
          page.low = one?.sequence ?? page.low
          page.oldest = one?.record?.at ?? page.oldest
          if (isFull(page)) return
        }
        left -= some.length
        if (left <= 0) return
      }
    }
    page.low = lowest
  }
  await named()
  for await (const sequences of index.find([[NO_RECORD]], page.low, high)) page.malformed += sequences.length
}

/** A message that the log no longer has matches nothing: `./sightline audit verify` tells more. */
const getIfThere = (lookup: AuditLookup, sequence: number): Promise<LoggedRecord | null> =>
  lookup.get(sequence).catch((error) => {
    if (toSightlineError(error).code === 'NOT_FOUND') return null
    throw error
  })

function take(page: Progress, { sequence, record }: LoggedRecord): void {
  page.low = sequence
  if (record) page.records.push(record)
  else page.malformed++
  page.oldest = record?.at ?? page.oldest
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
