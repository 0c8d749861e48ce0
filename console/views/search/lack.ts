import type { Report } from './pages.ts'
import { texts } from './texts.ts'

/**
 * Says which vendors gave less than they have, and how; null when all answered in full. Without this nothing may be said
 * to be all there is, and nothing not to be there.
 */
export function lackOf(reports: readonly Pick<Report, 'vendor' | 'state'>[]): string | null {
  const lacks = reports.flatMap(({ vendor, state }) =>
    state === 'complete' ? [] : [`${vendor} ${texts.sources.lacks[state]}`],
  )
  return lacks.length === 0 ? null : texts.sources.incomplete(lacks.join(', '))
}
