import type { AuditRecord } from '@sightline/schemas/audit-record'
import { plateFinder, stringsIn } from './plates.ts'

/** Conditions of a search in the log; all must match. */
export interface AuditWanted {
  /** Who acted, or was acted upon. */
  readonly person?: string
  /** In normal form. */
  readonly plate?: string
  /** Reference or id of a case. */
  readonly case?: string
  /** Id of the object: everything that happened to one display, query, alert … */
  readonly subject?: string
  readonly action?: string
  /** Instants: from ≤ t < to. */
  readonly from?: string
  readonly to?: string
}

/** Other ids for a plate or a case, in records that contain only an id. */
export interface Aliases {
  /** Ids of displays, lookouts … of the plate. */
  readonly ofPlate: ReadonlySet<string>
  /** Ids and references of the case, and ids of its contents. */
  readonly ofCase: ReadonlySet<string>
}

/** Keys under which a record names a case. */
export const CASE_KEYS = new Set(['case', 'caseId', 'caseRef'])

/** Whether a record matches. Pure. */
export function auditMatcher(wanted: AuditWanted, aliases: Aliases): (record: AuditRecord) => boolean {
  const { person, action, from = '', to } = wanted
  const whereIsPlate = wanted.plate === undefined ? null : plateFinder(wanted.plate)
  const cases = wanted.case === undefined ? null : new Set([wanted.case, ...aliases.ofCase])

  const namesCase = ({ subject, parameters }: AuditRecord, names: ReadonlySet<string>): boolean => {
    // The id of a saved read begins with the id of its case, before the dot.
    if (subject !== null && (names.has(subject) || names.has(subject.split('.')[0]!))) return true
    for (const { key, text } of stringsIn(parameters)) if (CASE_KEYS.has(key) && names.has(text)) return true
    return false
  }
  const namesPlate = ({ subject, parameters }: AuditRecord): boolean =>
    (subject !== null && aliases.ofPlate.has(subject)) || whereIsPlate!(parameters).length > 0

  return (record) => {
    const { at, actor, subject } = record
    if (at < from || (to !== undefined && at >= to)) return false
    if (person !== undefined && actor !== person && subject !== person) return false
    if (action !== undefined && record.action !== action) return false
    if (wanted.subject !== undefined && subject !== wanted.subject) return false
    if (cases && !namesCase(record, cases)) return false
    return whereIsPlate === null || namesPlate(record)
  }
}
