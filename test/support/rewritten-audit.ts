import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import type { EmbeddedBroker } from '@sightline/broker/embedded'
import { type AuditRecord, auditRecordParser, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import { AUDIT_OWNER } from './audit-owner.ts'
import { quiet } from './broker.ts'

/**
 * Stores another audit log in place of the one that is there, as nobody can who only connects (audit-owner.ts). No file is damaged;
 * what was changed, the chain alone tells.
 * @param broker that was started with AUDIT_OWNER
 * @param change the records, to the messages that take their place
 */
export async function rewriteAudit(
  { url, keys }: Pick<EmbeddedBroker, 'url' | 'keys'>,
  change: (records: AuditRecord[]) => string[],
): Promise<void> {
  const owner = await connectBroker({ servers: url, keys, user: AUDIT_OWNER.name }, quiet)
  try {
    const manager = await jetstreamManager(owner, { checkAPI: false })
    const { state } = await manager.streams.info(AUDIT)
    const records: AuditRecord[] = []
    for (let seq = 1; seq <= state.last_seq; seq++) {
      records.push(auditRecordParser.parseJson((await manager.streams.getMessage(AUDIT, { seq }))!.data))
    }
    await manager.streams.delete(AUDIT)
    const size = { replicas: 1, storageGib: 1 }
    await manager.streams.add(streamDeclarations(size).find(({ name }) => name === AUDIT)!)
    const js = jetstream(owner, { checkAPI: false })
    for (const text of change(records)) await js.publish(auditSubject('ann'), text)
  } finally {
    await owner.close()
  }
}

/** The same log without what one record says, whose hashes all fit: only what was signed before tells. */
export const forgedAt =
  (victim: number) =>
  (records: AuditRecord[]): string[] => {
    let end = EMPTY_CHAIN
    return records.map((record) => {
      const parameters = record.number === victim ? { plate: 'NOBODY1' } : record.parameters
      const next = sealRecord({ ...record, parameters }, end)
      end = next.end
      return next.text
    })
  }
