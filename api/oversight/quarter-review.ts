import type { AuditReview } from '@sightline/schemas/audit-review'
import type { MisuseSettings } from '@sightline/schemas/misuse'
import type { Quarter } from '../displays/quarter.ts'
import { replaceMalformed } from '../shared/left-out.ts'
import { valuesOf } from '../shared/records.ts'
import { type ConductFold, foldConduct } from './conduct.ts'
import type { OversightDeps } from './open.ts'
import { foldQuarter, newReview, seedOf } from './review.ts'
import { recordsBetween } from './search.ts'
import { findSignals, NO_SETTINGS, thresholdsOf } from './signals/find.ts'

const DAY_MS = 86_400_000

type Deps = Pick<OversightDeps, 'auditLookup' | 'cases' | 'misuseSettings'>

export const settingsOf = async ({
  misuseSettings,
}: Pick<OversightDeps, 'misuseSettings'>): Promise<{ value: MisuseSettings; revision: number }> =>
  // Malformed settings count as none, and may be set again; the search for misuse continues.
  (await misuseSettings.find('current').catch(replaceMalformed(NO_SETTINGS))) ?? {
    value: NO_SETTINGS,
    revision: 0,
  }

/** The conduct in a period, computed with the existing cases. */
export async function conductFold(
  { cases }: Pick<Deps, 'cases'>,
  from: number,
  to: number,
): Promise<ConductFold> {
  const known = await valuesOf(cases)
  return foldConduct(from, to, new Map(known.map(({ id, caseRef }) => [id, caseRef])))
}

/**
 * The review of a past quarter, drawn from the log (AUD-3). The search for misuse begins some days earlier: queries at
 * the end of the previous quarter could not be judged then, because their follow-up was still to come.
 */
export async function drawReview(
  deps: Deps,
  quarter: Quarter,
  by: string,
  now: number,
): Promise<AuditReview> {
  const { auditLookup } = deps
  const { value: settings } = await settingsOf(deps)
  const end = (await auditLookup.firstSince(quarter.end)) - 1
  const lastHash = end > 0 ? ((await auditLookup.get(end)).record?.hash ?? '') : ''
  const seed = seedOf(quarter.name, lastHash)
  const sample = foldQuarter(seed)
  const from = quarter.start - thresholdsOf(settings).followUpDays * DAY_MS
  const conduct = await conductFold(deps, from, quarter.end)
  for await (const record of recordsBetween(auditLookup, from, quarter.end)) {
    conduct.add(record)
    if (Date.parse(record.at) >= quarter.start) sample.add(record)
  }
  return newReview(quarter, seed, sample.end(), findSignals(conduct.end(), settings), by, now)
}
