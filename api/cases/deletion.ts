import type { Clock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { RETENTION_ACTOR } from '@sightline/schemas/reserved-ids'
import type { Retention } from '@sightline/schemas/retention'
import type { AuditEntry, AuditLog } from '../audit/log.ts'
import { ignoreMalformed } from '../shared/left-out.ts'
import type { ErasableRecords, Stored } from '../shared/records.ts'
import { isOver } from './retention.ts'
import { savedKey } from './saved-store.ts'
import type { CaseStores } from './stores.ts'

/** The audit log as a deletion needs it. */
export interface Erasing extends Pick<AuditLog, 'record' | 'lastOf'> {
  /** Called when the deletion is already on record. */
  isOnRecord?(action: AuditEntry['action']): void
}

/** For `catch`: a malformed object still exists. */
function asThere(thrown: unknown): true {
  ignoreMalformed(thrown)
  return true
}

/**
 * Deletes one object after recording the deletion, without its content (AUD-6). A deletion that was recorded and then
 * interrupted is completed without a second record: it is then the actor's last record in the log.
 * @returns false when somebody changed the object meanwhile, for instance renewed it: then it stays, which is recorded
 * too
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function erase(
  audit: Erasing,
  records: Pick<ErasableRecords<unknown>, 'erase'>,
  { key, revision }: { key: string; revision: number },
  { parameters: more, ...about }: AuditEntry,
): Promise<boolean> {
  const entry = { ...about, parameters: { ...more, revision } }
  const last = await audit.lastOf(entry.actor)
  const isRecorded =
    last?.action === entry.action && last.subject === entry.subject && last.parameters.revision === revision
  if (isRecorded) audit.isOnRecord?.(entry.action)
  else await audit.record(entry)
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

/** Deletes the contents of a case: saved reads, and products that were never published. */
export async function eraseContents(
  stores: CaseStores,
  audit: Erasing,
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
 * Deletes everything whose retention has ended, however long ago: a second run finds nothing, and after a pause it
 * catches up (AUD-6). Until then, ended objects are not shown either.
 */
export async function sweepRetention(stores: CaseStores, audit: AuditLog, clock: Clock): Promise<void> {
  await finishInterrupted(stores, audit)
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

  const { found, malformed } = await stores.cases.census()
  // A malformed case still exists, so its contents are not orphans.
  const cases = new Set(malformed)
  for (const stored of found) {
    const { id, retention } = stored.value
    if (!isOver(retention, now)) {
      cases.add(id)
      continue
    }
    // Contents first: if this stops here, the next sweep finds the case again.
    await eraseContents(stores, audit, id, { actor, cause: over })
    await remove(stores.cases, 'case.delete', stored, { key: id, caseId: id })
  }
  /** Why part of a case is deleted. An orphan was created at the moment its case was deleted. */
  const causeOf = async (caseId: string, retention: Retention) => {
    if (isOver(retention, now)) return over
    if (cases.has(caseId)) return null
    return (await stores.cases.find(caseId).catch(asThere)) ? null : 'case deleted'
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

/**
 * Completes what a sweep recorded before it was killed. Sweeps delete one object after another, in one process at a
 * time (api/shared/sweeps.ts), so it can only be the last record.
 */
async function finishInterrupted(stores: CaseStores, audit: AuditLog): Promise<void> {
  const last = await audit.lastOf(RETENTION_ACTOR)
  if (!last?.subject) return
  const { actor, action, subject: key, parameters, at } = last
  const { revision } = parameters
  const finish = async <T>(records: ErasableRecords<T>, bornAt: (value: T) => string = () => at) => {
    const found = await records.find(key).catch(ignoreMalformed)
    // An object created since under the same key is a different one, which nobody has deleted.
    if (!found || typeof revision !== 'number' || bornAt(found.value) > at) return
    await erase(audit, records, { key, revision }, { actor, action, subject: key, parameters })
  }
  if (action === 'case.delete') await finish(stores.cases)
  if (action === 'saved.delete') await finish(stores.saved, ({ savedAt }) => savedAt)
  if (action === 'product.delete') await finish(stores.products)
  if (action === 'lookout.delete') await finish(stores.lookouts)
}
