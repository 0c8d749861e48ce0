import type { Clock } from '../../runtime/clock.ts'
import { SightlineError } from '../../schemas/errors.ts'
import type { Retention } from '../../schemas/retention.ts'
import type { AuditEntry, AuditLog } from '../audit/log.ts'
import type { CaseStores } from '../stores/case-stores.ts'
import type { ErasableRecords, Stored } from '../stores/records.ts'
import { savedKey } from '../stores/saved.ts'
import { isOver } from './retention.ts'

/** Who deletes what nobody renewed, as the audit log calls it. */
export const RETENTION_ACTOR = 'retention'

/**
 * Deletes one thing after recording it, without its content (AUD-6).
 * @returns false when somebody changed it meanwhile, for instance renewed it: then it stays, which is recorded too
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function erase(
  audit: AuditLog,
  records: Pick<ErasableRecords<unknown>, 'erase'>,
  { key, revision }: { key: string; revision: number },
  entry: AuditEntry,
): Promise<boolean> {
  await audit.record(entry)
  try {
    await records.erase(key, revision)
    return true
  } catch (error) {
    if (!(error instanceof SightlineError) || error.code !== 'CONFLICT') throw error
    const { actor, action, subject } = entry
    const parameters = { refused: action, code: error.code, message: error.message }
    await audit.record({ actor, action: 'request.refuse', subject, parameters })
    return false
  }
}

/** All that hangs on a case: what was saved into it, and its products that were never published. */
export async function eraseContents(
  stores: CaseStores,
  audit: AuditLog,
  caseId: string,
  { actor, cause }: { actor: string; cause: string },
): Promise<void> {
  for (const { value, revision } of await stores.saved.of(caseId)) {
    const key = savedKey(caseId, value.read.id)
    const parameters = { case: caseId, cause }
    await erase(
      audit,
      stores.saved,
      { key, revision },
      { actor, action: 'saved.delete', subject: key, parameters },
    )
  }
  for (const { value, revision } of await stores.products.all()) {
    const { id, workspace, versions } = value
    if (workspace !== caseId || versions.some(({ state }) => state === 'published')) continue
    const parameters = { case: caseId, cause }
    await erase(
      audit,
      stores.products,
      { key: id, revision },
      { actor, action: 'product.delete', subject: id, parameters },
    )
  }
}

/**
 * Deletes all whose retention is over, however long ago: run again it finds nothing, and after a pause it catches up
 * (AUD-6). What is over is not shown in the meantime either.
 */
export async function sweepRetention(stores: CaseStores, audit: AuditLog, clock: Clock): Promise<void> {
  const now = clock()
  const actor = RETENTION_ACTOR
  const over = 'retention ended'
  const remove = async <T extends { retention: Retention }>(
    records: ErasableRecords<T>,
    action: AuditEntry['action'],
    { value, revision }: Stored<T>,
    { key, cause = over, caseId }: { key: string; cause?: string; caseId: string },
  ) => {
    const parameters = { case: caseId, cause, until: value.retention.until }
    await erase(audit, records, { key, revision }, { actor, action, subject: key, parameters })
  }

  const cases = new Set<string>()
  for (const stored of await stores.cases.all()) {
    const { id, retention } = stored.value
    if (!isOver(retention, now)) {
      cases.add(id)
      continue
    }
    // The contents first: should this stop here, the next sweep finds the case again.
    await eraseContents(stores, audit, id, { actor, cause: over })
    await remove(stores.cases, 'case.delete', stored, { key: id, caseId: id })
  }
  /** Why something of a case goes; an orphan was made at the very moment at which its case was deleted. */
  const causeOf = async (caseId: string, retention: Retention) => {
    if (isOver(retention, now)) return over
    return cases.has(caseId) || (await stores.cases.find(caseId)) ? null : 'case deleted'
  }
  for (const stored of await stores.saved.all()) {
    const { case: caseId, read, retention } = stored.value
    const cause = await causeOf(caseId, retention)
    const key = savedKey(caseId, read.id)
    if (cause) await remove(stores.saved, 'saved.delete', stored, { key, cause, caseId })
  }
  for (const stored of await stores.products.all()) {
    const { id, workspace, retention, versions } = stored.value
    const wasPublished = versions.some(({ state }) => state === 'published')
    const cause = wasPublished ? isOver(retention, now) && over : await causeOf(workspace, retention)
    if (cause) await remove(stores.products, 'product.delete', stored, { key: id, cause, caseId: workspace })
  }
  for (const stored of await stores.lookouts.all()) {
    const { id, case: caseId, retention } = stored.value
    if (isOver(retention, now)) await remove(stores.lookouts, 'lookout.delete', stored, { key: id, caseId })
  }
}
