import { stringify } from 'csv-stringify/sync'
import type { Watermark } from './watermark.ts'

export type CsvValue = string | number | null

/**
 * Where a spreadsheet would begin a formula: at its first sign, as it is or wide, with what some programs skip before it; at
 * the beginning, and after whatever divides values in some country, for there a quote does not hold them together.
 */
const FORMULA = /(?<=(?:^|[;|\t\r\n])[\s\p{Cf}\p{Cc}"]*)(?=[=+\-@＝＋－＠])/gu
/** After these some programs look for one. */
const LEADS = /^(?=[\t\r\n])/

/** Text that begins like a formula gets an apostrophe there, so that no spreadsheet runs it. */
const harmless = (value: CsvValue): CsvValue =>
  typeof value === 'string' ? value.replace(FORMULA, "'").replace(LEADS, "'") : value

/** What divides values in some country is quoted everywhere. */
const OPTIONS = { record_delimiter: 'windows', quoted_match: /[;|\t\r\n]/, cast: { number: String } } as const

/**
 * A table as CSV (RFC 4180), which has no place for comments: every row carries the watermark, so no part of it can be
 * cut out without.
 */
export function csv(
  columns: readonly string[],
  rows: readonly (readonly CsvValue[])[],
  { exportedBy, exportedAt, exportId }: Watermark,
): string {
  const marked = [
    [...columns, 'exported_by', 'exported_at', 'export_id'],
    ...rows.map((row) => [...row, exportedBy, exportedAt, exportId]),
  ]
  return stringify(
    marked.map((row) => row.map(harmless)),
    OPTIONS,
  )
}
