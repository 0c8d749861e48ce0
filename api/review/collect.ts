import type { FederatedQuestion, VendorReport } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'
import { MAX_PAGE } from '@sightline/schemas/vendor-search'
import type { AskOptions, Federation, FoundPage } from '../federation/federation.ts'
import type { Place } from '../federation/merge.ts'
import { addFiltered } from '../federation/sift.ts'

/** The reads of a review, and how complete they are. */
export interface Collected extends Pick<FoundPage, 'window' | 'narrowed' | 'vendors' | 'complete' | 'reach'> {
  /** Oldest first. */
  reads: Read[]
  /** There are older reads that a review does not include. */
  isTruncated: boolean
}

/** Maximum number of reads in a review: some ten a day over five years. */
export const MAX_READS = 20_000

/** All reads of a search, page by page. @throws as Federation.search */
export async function collectReads(
  federation: Pick<Federation, 'search'>,
  request: Omit<FederatedQuestion, 'limit'>,
  { signal, most = MAX_READS }: AskOptions & { most?: number } = {},
): Promise<Collected> {
  const reads: Read[] = []
  let reports: VendorReport[] = []
  let question: FederatedQuestion = { ...request, limit: MAX_PAGE }
  for (let after: Place | undefined; ; ) {
    const page = await federation.search(question, { signal, after })
    for (const { read } of page.reads) reads.push(read)
    reports = page.vendors.map((report, n) => addReports(reports[n], report))
    // The window of the first page applies to all pages.
    question = { ...question, ...page.window }
    after = page.next ?? undefined
    const isTruncated = after !== undefined && reads.length >= most
    // A failing vendor would delay the pages of the others: show what there is as incomplete.
    if (after === undefined || isTruncated || !page.complete) {
      const { window, narrowed, reach } = page
      const complete = reports.every(({ state }) => state === 'complete') && after === undefined
      return { window, narrowed, reach, vendors: reports, complete, isTruncated, reads: reads.reverse() }
    }
  }
}

/** Sum of one vendor's pages. */
function addReports(before: VendorReport | undefined, page: VendorReport): VendorReport {
  if (!before) return page
  return {
    ...page,
    rows: before.rows + page.rows,
    tookMs: before.tookMs + page.tookMs,
    filtered: addFiltered(before.filtered, page.filtered),
  }
}
