import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import type { EmbeddedBroker } from '@sightline/broker/embedded'
import { type AuditRecord, auditRecordParser, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import { vi } from 'vitest'
import { quiet } from './broker.ts'

/**
 * Stores another audit log in place of the one that is there, as nobody can who only connects: the server is given other
 * rules, which takes the rights of its owner. No file is damaged; what was changed, the chain alone tells.
 * @param change the records, to the messages that take their place
 */
export async function rewriteAudit(
  { url, keys, pid }: Pick<EmbeddedBroker, 'url' | 'keys' | 'pid'>,
  dataDir: string,
  change: (records: AuditRecord[]) => string[],
): Promise<void> {
  const path = join(dataDir, 'nats-server.json')
  const config = await readFile(path, 'utf8')
  await writeFile(path, config.replaceAll(`$JS.API.STREAM.DELETE.${AUDIT}"`, 'nobody.asks.this"'))
  process.kill(pid, 'SIGHUP')
  // While a server reads its configuration, it refuses new connections.
  const connect = () => connectBroker({ servers: url, keys, user: 'admin' }, quiet)
  const admin = await vi.waitFor(connect, { timeout: 30_000 })
  try {
    // A server that has just started says no for a moment.
    const manager = await vi.waitFor(() => jetstreamManager(admin), { timeout: 30_000 })
    const { state } = await manager.streams.info(AUDIT)
    const records: AuditRecord[] = []
    for (let seq = 1; seq <= state.last_seq; seq++) {
      records.push(auditRecordParser.parseJson((await manager.streams.getMessage(AUDIT, { seq }))!.data))
    }
    await vi.waitFor(() => manager.streams.delete(AUDIT), { timeout: 30_000 })
    const size = { replicas: 1, storageGib: 1 }
    await manager.streams.add(streamDeclarations(size).find(({ name }) => name === AUDIT)!)
    for (const text of change(records)) await jetstream(admin).publish(auditSubject('ann'), text)
  } finally {
    await admin.close()
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
