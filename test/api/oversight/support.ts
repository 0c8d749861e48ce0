import { randomUUID } from 'node:crypto'
import { foldConduct } from '@sightline/api/oversight/conduct'
import { findSignals, NO_SETTINGS } from '@sightline/api/oversight/signals/find'
import { instant } from '@sightline/runtime/clock'
import { type AuditContent, type AuditRecord, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import type { MisuseSettings, Signal } from '@sightline/schemas/misuse'

/** Tuesday, 24 November 2026, 17:00 UTC: nine in the morning in California. */
export const NOW = Date.UTC(2026, 10, 24, 17)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** A purpose that says something, different for each number. */
export const purposeOf = (n: number) => `Whereabouts of courier ${n} after seizure number ${n} at San Ysidro`

let entries = 0

/** Content of a query's record. */
export function asked(
  person: string,
  at: number,
  more: { plate?: string; caseRef?: string; purpose?: string; query?: string } & Record<string, unknown> = {},
): AuditContent {
  const n = ++entries
  const {
    plate = `7ABC${n % 1000}`,
    caseRef = `CASE-${n}`,
    purpose = purposeOf(n),
    query = randomUUID(),
    ...rest
  } = more
  return {
    ...{ at: instant(at), actor: person, action: 'query.search', subject: query },
    parameters: { plate, caseRef, purpose, ...rest },
  }
}

export const answered = (query: string, person: string, at: number, results: number): AuditContent => ({
  ...{ at: instant(at), actor: person, action: 'query.answer', subject: query, parameters: { results } },
})

/** Records in the order of what they say, chained. */
export function chained(contents: readonly AuditContent[]): AuditRecord[] {
  let end = EMPTY_CHAIN
  return contents.map((content) => {
    const next = sealRecord(content, end)
    end = next.end
    return JSON.parse(next.text) as AuditRecord
  })
}

/** Signals of what was done in the 60 days up to NOW. */
export function signalsOf(
  contents: readonly AuditContent[],
  settings: Partial<MisuseSettings> = {},
  order: (records: AuditRecord[]) => AuditRecord[] = (records) => records,
): Signal[] {
  const fold = foldConduct(NOW - 60 * DAY, NOW)
  for (const record of order(chained(contents))) fold.add(record)
  return findSignals(fold.end(), { ...NO_SETTINGS, ...settings })
}

export const kindsOf = (signals: readonly Signal[]) => signals.map(({ kind }) => kind)
