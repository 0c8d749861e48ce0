import type { Clock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { RETENTION_ACTOR } from '@sightline/schemas/reserved-ids'
import type { Retention } from '@sightline/schemas/retention'
import type { AuditEntry, AuditLog } from '../audit/log.ts'
import { unlessMalformed } from '../shared/left-out.ts'
import type { ErasableRecords, Stored } from '../shared/records.ts'
import { isOver } from './retention.ts'
import { savedKey } from './saved-store.ts'
import type { CaseStores } from './stores.ts'

/** The log as a deletion needs it. */
export interface Erasing extends Pick<AuditLog, 'record' | 'lastOf'> {
  /** Told that a deletion is on record already. */
  isOnRecord?(action: AuditEntry['action']): void
}

/** For `catch`: one that is malformed stands there all the same. */
function asThere(thrown: unknown): true {
  unlessMalformed(thrown)
  return true
}

/**
 * Deletes one thing after recording it, without its content (AUD-6). A deletion that was recorded and then interrupted is
 * done without a second record: the log has it as the last of whoever deletes.
 * @returns false when somebody changed it meanwhile, for instance renewed it: then it stays, which is recorded too
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

/** All that hangs on a case: what was saved into it, and its products that were never published. */
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
 * Deletes all whose retention is over, however long ago: run again it finds nothing, and after a pause it catches up
 * (AUD-6). What is over is not shown in the meantime either.
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
  // What is there and cannot be read is not gone: nothing of such a case is taken for an orphan.
  const cases = new Set(malformed)
  for (const stored of found) {
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
 * Does what a sweep has recorded and was then killed. Sweeps delete one thing after the other, in one process at a time
 * (api/shared/sweeps.ts): it can be the last of their records alone.
 */
async function finishInterrupted(stores: CaseStores, audit: AuditLog): Promise<void> {
  const last = await audit.lastOf(RETENTION_ACTOR)
  if (!last?.subject) return
  const { actor, action, subject: key, parameters, at } = last
  const { revision } = parameters
  const finish = async <T>(records: ErasableRecords<T>, bornAt: (value: T) => string = () => at) => {
    const found = await records.find(key).catch(unlessMalformed)
    // What was made since under the same key is something else, which nobody has deleted.
    if (!found || typeof revision !== 'number' || bornAt(found.value) > at) return
    await erase(audit, records, { key, revision }, { actor, action, subject: key, parameters })
  }
  if (action === 'case.delete') await finish(stores.cases)
  if (action === 'saved.delete') await finish(stores.saved, ({ savedAt }) => savedAt)
  if (action === 'product.delete') await finish(stores.products)
  if (action === 'lookout.delete') await finish(stores.lookouts)
}
