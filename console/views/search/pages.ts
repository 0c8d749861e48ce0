import type { Schema } from '../../api/client.ts'
import type { paths } from '../../api/types.d.ts'
import type { SearchBody } from './wanted.ts'

export type SearchAnswer = paths['/v1/search']['post']['responses'][200]['content']['application/json']
export type Read = SearchAnswer['reads'][number]['read']
export type Report = SearchAnswer['vendors'][number]

/** A question and its answer. Each page and each older window is one, and has its own record. */
export interface Page {
  body: SearchBody
  caseId: string
  /** The question, in the words of the box. */
  about: string
  answer: SearchAnswer
}

/** A read in the table. */
export interface Row {
  read: Read
  vendors: readonly string[]
  /** The query that found it; needed to save it and to see its picture. */
  query: string
}

/** All reads of all pages, newest first. Each appears once, with its latest query. */
export function rowsOf(pages: readonly Page[]): Row[] {
  const found = new Map<string, Row>()
  for (const { answer } of pages) {
    for (const { read, vendors } of answer.reads) {
      found.set(read.id, { read, vendors, query: answer.query })
    }
  }
  return [...found.values()].sort((a, b) => (a.read.seenAt < b.read.seenAt ? 1 : -1))
}

/** Pages that are still in the cache at `now`, milliseconds (QRY-7); a page that could not be cached never expires here. */
export const dropOver = (pages: readonly Page[], now: number): readonly Page[] =>
  pages.filter(({ answer: { expiresAt } }) => expiresAt === null || Date.parse(expiresAt) > now)

/** When the first results are deleted; null if none will be. */
export const firstEnd = (pages: readonly Page[]): string | null =>
  pages.flatMap(({ answer }) => answer.expiresAt ?? []).sort()[0] ?? null

/** How all vendors answered, for all pages together: the last state of each, with the sums of rows and omitted rows. */
export function reportsOf(pages: readonly Page[]): Report[] {
  const found = new Map<string, Report>()
  for (const report of pages.flatMap(({ answer }) => answer.vendors)) {
    const before = found.get(report.vendor)
    found.set(report.vendor, before ? mergeReports(before, report) : report)
  }
  return [...found.values()]
}

function mergeReports(before: Report, now: Report): Report {
  // If one page is incomplete, the whole is.
  const worse = before.state === 'complete' ? now : before
  const filtered = Object.fromEntries(
    Object.entries(now.filtered).map(([reason, count]) => [
      reason,
      count + before.filtered[reason as Reason],
    ]),
  ) as Report['filtered']
  return { ...now, state: worse.state, reason: worse.reason, rows: before.rows + now.rows, filtered }
}

export type Reason = keyof Report['filtered']
export type Case = Schema<'Case'>
