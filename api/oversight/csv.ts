import { stringify } from 'csv-stringify/sync'
import type { Watermark } from './watermark.ts'

export type CsvValue = string | number | null

/**
 * Where a spreadsheet would start a formula: at an ASCII or full-width sign, after characters that some programs skip;
 * at the beginning, and after every separator of any country, because there quotes do not hold a value together. A text
 * that has apostrophes there already gets one more: who takes one away has what was exported.
 */
const FORMULA = /(?<=(?:^|[;|\t\r\n])[\s\p{Cf}\p{Cc}"]*)(?='*[=+\-@＝＋－＠])/gu
/** After these characters some programs look for a formula. */
const LEADS = /^(?='*[\t\r\n])/

/** Puts an apostrophe before text that starts like a formula, so that no spreadsheet runs it. */
const harmless = (value: CsvValue): CsvValue =>
  typeof value === 'string' ? value.replace(FORMULA, "'").replace(LEADS, "'") : value

/** The separators of every country are quoted. */
const OPTIONS = { record_delimiter: 'windows', quoted_match: /[;|\t\r\n]/, cast: { number: String } } as const

/**
 * A table as CSV (RFC 4180). CSV has no comments, so every row carries the watermark, and no part can be cut out
 * without it.
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
