import { generateKeyPairSync } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuditLog } from '@sightline/api/audit/log'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { openLink } from '@sightline/broker/link'
import { command } from '@sightline/cli/commands/audit'
import { signCheckpoint } from '@sightline/schemas/audit-checkpoint'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AUDIT_OWNER } from '../../support/audit-owner.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { forgedAt, rewriteAudit } from '../../support/rewritten-audit.ts'

/**
 * Somebody with the rights of the broker's owner changes the log where it lies: in its files, or with a server that was
 * given other rules. It cannot be prevented; it is detected (AUD-2), by the server or by `./sightline audit verify`
 * with a checkpoint that was taken elsewhere before.
 */

const SIZE = { replicas: 1, storageGib: 1 }
const COUNT = 12
/** The record that is tampered with. */
const VICTIM = 5

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let broker: EmbeddedBroker
const keys = generateKeyPairSync('ed25519')

const start = (port?: number) =>
  startEmbeddedBroker({
    dataDir: folder.path,
    port,
    vendors: [],
    edges: {},
    more: [AUDIT_OWNER],
    size: SIZE,
    log: quiet,
  })
const connect = (user: string) => connectBroker({ servers: broker.url, keys: broker.keys, user }, quiet)

beforeEach(async () => {
  folder = await temporaryFolder()
  broker = await start()
  const connection = await connect('api')
  const audit = createAuditLog(await openLink(connection), () => Date.UTC(2026, 10, 24))
  for (let n = 1; n <= COUNT; n++) {
    const parameters = { plate: `7ABC10${n % 10}` }
    await audit.record({ actor: 'ann', action: 'query.search', subject: `q${n % 10}`, parameters })
  }
  const checkpoint = signCheckpoint(audit.end()!, '2026-11-24T00:00:00.000Z', keys)
  await connection.close()
  await writeFile(join(folder.path, 'yesterday.ndjson'), `${JSON.stringify(checkpoint)}\n`)
  await writeFile(join(folder.path, 'key.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
})
afterEach(async () => {
  await broker?.stop()
  await folder.remove()
})

/** What export and verify say about the log as it is now. */
async function verdict(): Promise<{
  whole: boolean
  records: number
  faults: { kind: string; number: number }[]
}> {
  const out = join(folder.path, 'export')
  const [yesterday, key] = [join(folder.path, 'yesterday.ndjson'), join(folder.path, 'key.pub')]
  const said: string[] = []
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  try {
    const run = (...words: string[]) => command().parseAsync(words, { from: 'user' })
    await run('export', '--out', out, '--broker', broker.url, '--keys', broker.keys)
    await run('verify', out, '--key', key, '--checkpoint', yesterday, '--json')
  } finally {
    output.mockRestore()
    process.exitCode = 0
  }
  return JSON.parse(said.at(-1)!)
}

/** Files of the stream, as the server left them. */
async function blockFile(): Promise<string> {
  const names = await readdir(folder.path, { recursive: true })
  return join(folder.path, names.find((name) => new RegExp(`streams/${AUDIT}/msgs/\\d+\\.blk$`).test(name))!)
}

/** The stored messages of a block: each begins with its length, whose highest bit tells of headers. */
function messagesIn(block: Buffer): Buffer[] {
  const all: Buffer[] = []
  for (let at = 0; at < block.length; ) {
    const length = block.readUInt32LE(at) & 0x7fffffff
    all.push(block.subarray(at, at + length))
    at += length
  }
  return all
}

/** Replaces the block of a stopped server, and starts it again. @returns why it refused to, if it did */
async function tampered(change: (messages: Buffer[]) => Buffer[]): Promise<SightlineError | undefined> {
  await broker.stop()
  const path = await blockFile()
  const messages = messagesIn(await readFile(path))
  expect(messages).toHaveLength(COUNT)
  await writeFile(path, Buffer.concat(change(messages)))
  try {
    broker = await start()
    return undefined
  } catch (error) {
    if (error instanceof SightlineError) return error
    throw error
  }
}

describe('a log that nobody touched', () => {
  it('is complete, also after a restart of the server', async () => {
    expect(await tampered((messages) => messages)).toBeUndefined()
    expect(await verdict()).toMatchObject({ whole: true, records: COUNT })
  })
})

describe('the files of a stopped broker', () => {
  const at = VICTIM - 1
  it.each<[string, (messages: Buffer[]) => Buffer[]]>([
    [
      'a record changed',
      (all) => all.with(at, Buffer.from(all[at]!.toString('latin1').replace('7ABC105', '7ABC999'), 'latin1')),
    ],
    ['a record dropped', (all) => all.toSpliced(at, 1)],
    ["two records in each other's place", (all) => all.with(at, all[at + 1]!).with(at + 1, all[at]!)],
    ['the last records cut off', (all) => all.slice(0, at)],
    ['nothing left', () => []],
  ])('%s: verification detects it (AUD-2)', async (_, change) => {
    const refused = await tampered(change)
    if (refused) return expect(refused.code).toBe('BROKER_FAILED')
    const found = await verdict().catch((error: SightlineError) => error)
    // What does not fit the sums on the disk the server does not give out, and the export says so.
    if (found instanceof SightlineError)
      return expect(found.message).toMatch(/its files are damaged, or were changed/)
    expect(found.whole).toBe(false)
    expect(found.faults.length).toBeGreaterThan(0)
  })

  it('a record twice: verification detects it, or the server returns it once and nothing is changed (AUD-2)', async () => {
    const refused = await tampered((all) => all.toSpliced(at, 0, all[at]!))
    if (refused) return expect(refused.code).toBe('BROKER_FAILED')
    const found = await verdict()
    if (found.whole) return expect(found.records).toBe(COUNT)
    expect(found.faults.length).toBeGreaterThan(0)
  })
})

describe('a server that was given other rules', () => {
  const plain = (records: AuditRecord[]) => records.map((record) => JSON.stringify(record))
  const at = VICTIM - 1

  it.each<[string, (records: AuditRecord[]) => string[], { kind: string; number: number }]>([
    [
      'a changed record',
      (all) => plain(all).with(at, JSON.stringify(all[at]).replace('7ABC105', '7ABC999')),
      { kind: 'changed', number: VICTIM },
    ],
    ['one record fewer', (all) => plain(all).toSpliced(at, 1), { kind: 'removed', number: VICTIM }],
    [
      'records in another order',
      (all) =>
        plain(all)
          .with(at, JSON.stringify(all[at + 1]))
          .with(at + 1, JSON.stringify(all[at])),
      { kind: 'reordered', number: VICTIM },
    ],
    ['a chain that was computed again', forgedAt(VICTIM), { kind: 'not as signed', number: COUNT }],
    ['no record at all', () => [], { kind: 'removed', number: 1 }],
  ])('%s: verify names the fault (AUD-2)', async (_, change, fault) => {
    await rewriteAudit(broker, change)
    const { whole, faults } = await verdict()
    expect(whole).toBe(false)
    expect(faults).toContainEqual(expect.objectContaining(fault))
  })
})
