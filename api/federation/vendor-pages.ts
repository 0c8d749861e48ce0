import { instant } from '@sightline/runtime/clock'
import type { FederatedQuestion, VendorReport } from '@sightline/schemas/federated-search'
import { createParser, Instant, orNull } from '@sightline/schemas/message'
import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import Type from 'typebox'
import { startDeadline } from './deadline.ts'
import type { NoAnswer } from './exchange.ts'
import type { Harvest } from './merge.ts'
import { salvageRows } from './salvage.ts'
import { addFiltered, NOTHING_FILTERED, sift } from './sift.ts'
import type { Answer, Vendor } from './vendor.ts'
import type { Bounds } from './window.ts'

/** The frame of a vendor's answer; its rows are checked one by one. */
const answerParser = createParser(
  'vendor search answer',
  Type.Object({
    v: Type.Literal(1),
    reads: Type.Array(Type.Unknown()),
    nextCursor: orNull(Type.String({ minLength: 1 })),
    refreshedAt: orNull(Instant),
  }),
)

/**
 * Maximum number of one vendor's pages for one page of ours: more are only needed where one instant fills a whole page.
 */
const MAX_PAGES = 5

/** What one vendor contributed, and how it answered. */
export interface VendorPage extends Harvest {
  report: VendorReport
}

/** The question, and if its place is known, the vendor's fixed cameras there. */
export type Wanted = FederatedQuestion & { listed?: ReadonlySet<string> }

/** Report for a vendor that is not asked for reads, because it did not answer before. */
export const reportOnly = (vendor: string, { state, reason }: NoAnswer, spentMs: number): VendorPage => ({
  vendor,
  reads: [],
  horizon: null,
  report: {
    vendor,
    state,
    reason,
    refreshedAt: null,
    rows: 0,
    filtered: NOTHING_FILTERED,
    tookMs: Math.round(spentMs),
  },
})

/**
 * One vendor's part of a page: its newest reads in the window, within its deadline. Never rejects because of the
 * vendor.
 * @param bounds the window from the beginning of the page
 * @param limit rows per request
 * @param of.spentMs part of its deadline used by earlier requests
 */
export async function searchVendor(
  vendor: Vendor,
  request: Wanted,
  bounds: Bounds,
  limit: number,
  { spentMs = 0, caller }: { spentMs?: number; caller?: AbortSignal | undefined } = {},
): Promise<VendorPage> {
  const begun = performance.now() - spentMs
  const deadline = startDeadline(vendor.deadlineMs - spentMs, caller)
  const ask = (question: VendorSearchRequest) =>
    vendor.ask('/v1/search', question, { signal: deadline.signal, caller })
  try {
    const pages = await followPages(vendor.id, ask, request, bounds, limit)
    return { ...pages, report: { ...pages.report, tookMs: Math.round(performance.now() - begun) } }
  } finally {
    deadline.end()
  }
}

async function followPages(
  vendor: string,
  ask: (question: VendorSearchRequest) => Promise<Answer>,
  request: Wanted,
  bounds: Bounds,
  limit: number,
): Promise<VendorPage> {
  const asked = questionOf(request, bounds, limit)
  const reads: VendorPage['reads'][number][] = []
  const report: VendorReport = {
    vendor,
    state: 'complete',
    reason: null,
    refreshedAt: null,
    rows: 0,
    filtered: NOTHING_FILTERED,
    tookMs: 0,
  }
  let horizon: number | null = null
  let cursor: string | undefined
  for (let page = 1; ; page++) {
    const question: VendorSearchRequest = { ...asked, ...(cursor !== undefined && { cursor }) }
    const part = partOf(await ask(question), limit)
    const sifted = sift(part.rows, request, bounds)
    reads.push(...sifted.reads)
    report.rows += part.received
    report.filtered = addFiltered(report.filtered, {
      ...sifted.filtered,
      surplus: part.received - part.rows.length,
    })
    report.refreshedAt = part.refreshedAt ?? report.refreshedAt
    degrade(report, part.state, part.reason)
    if (sifted.filtered.malformed > 0) degrade(report, 'partial', "some of the vendor's rows are not reads")
    if (!sifted.isSorted)
      degrade(report, 'partial', "the vendor's rows are not in order, so later pages may miss some")
    if (sifted.reachedTo !== null) horizon = Math.min(horizon ?? Number.POSITIVE_INFINITY, sifted.reachedTo)
    const cut = part.state !== 'complete' || part.received > part.rows.length
    if (!cut && part.nextCursor === null) {
      horizon = null
      break
    }
    // Everything later than the horizon is known: that is enough, unless it is nothing.
    if (horizon !== null && horizon < bounds.to - 1) break
    if (cut || page === MAX_PAGES) {
      degrade(report, 'partial', 'the vendor keeps sending pages without end')
      horizon = null
      break
    }
    cursor = part.nextCursor ?? undefined
  }
  return { vendor, reads, horizon, report }
}

/** The question for a vendor; keys without a value are left out. */
export function questionOf(
  { plate, match, pattern, region, area, vehicle }: FederatedQuestion,
  { from, to }: Pick<Bounds, 'from' | 'to'>,
  limit: number,
): VendorSearchRequest {
  return {
    v: 1,
    ...(plate !== undefined && { plate }),
    ...(match !== undefined && { match }),
    ...(pattern !== undefined && { pattern }),
    ...(region !== undefined && { region }),
    ...(area && { area }),
    ...(vehicle && { vehicle }),
    from: instant(from),
    to: instant(to),
    limit,
  }
}

interface Part {
  state: VendorReport['state']
  reason: string | null
  rows: unknown[]
  /** Number of rows received; those beyond the limit are ignored. */
  received: number
  nextCursor: string | null
  refreshedAt: string | null
}

const NO_ROWS = { rows: [], received: 0, nextCursor: null, refreshedAt: null }

function partOf(answer: Answer, limit: number): Part {
  if (answer.state === 'complete') {
    if (!answerParser.check(answer.body)) {
      return { ...NO_ROWS, state: 'unreachable', reason: "the vendor's answer is not a search answer" }
    }
    const { reads, nextCursor, refreshedAt } = answer.body
    const rows = reads.slice(0, limit)
    return { state: 'complete', reason: null, rows, received: reads.length, nextCursor, refreshedAt }
  }
  if (answer.state !== 'partial') return { ...NO_ROWS, ...answer }
  const rows = salvageRows(answer.bytes, limit)
  if (rows.length === 0) return { ...NO_ROWS, state: answer.otherwise, reason: answer.reason }
  return { ...NO_ROWS, state: 'partial', reason: answer.reason, rows, received: rows.length }
}

/** A report states the first problem. If rows came before it, an answer that would be none becomes a partial one. */
function degrade(report: VendorReport, state: VendorReport['state'], reason: string | null): void {
  if (state === 'complete' || report.state !== 'complete') return
  report.state = report.rows > 0 ? 'partial' : state
  report.reason = reason
}
