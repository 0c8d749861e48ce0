import type { Report } from './pages.ts'
import { texts } from './texts.ts'

/**
 * Says which vendors gave less than they have, and how; null if all answered in full. Without it, no text may claim that the
 * results are complete, or that something does not exist.
 */
export function lackOf(reports: readonly Pick<Report, 'vendor' | 'state'>[]): string | null {
  const lacks = reports.flatMap(({ vendor, state }) =>
    state === 'complete' ? [] : [`${vendor} ${texts.sources.lacks[state]}`],
  )
  return lacks.length === 0 ? null : texts.sources.incomplete(lacks.join(', '))
}
