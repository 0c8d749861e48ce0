import { createPublicKey, type KeyObject } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Fault } from '@sightline/api/audit/chain'
import { publicKeyPath } from '@sightline/api/audit/keys'
import { findRepairs, type Mended } from '@sightline/api/audit/mend'
import { eachLine, type Verdict, verifyLog } from '@sightline/api/audit/verify'
import { connectBroker } from '@sightline/broker/connect'
import { directGets } from '@sightline/broker/direct-gets'
import { ask, type Link, openLink } from '@sightline/broker/link'
import { type BrokerOptions, serversOf, withBroker } from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { type AuditCheckpoint, auditCheckpointParser } from '@sightline/schemas/audit-checkpoint'
import { SightlineError } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'
import { several } from '@sightline/schemas/several'
import { AUDIT, AUDIT_CHECKPOINTS } from '@sightline/schemas/streams'
import { Command } from 'commander'
import { mendCommand } from '../audit/mend.ts'

/** File names in the folder of an export. */
const RECORDS = 'audit.ndjson'
const CHECKPOINTS = 'checkpoints.ndjson'
/** Records per request, and how often a request is repeated without a complete answer. */
const BATCH = 1000
const TRIES = 3

/** `sightline audit` */
export function command(): Command {
  return new Command('audit')
    .description('the audit log: export it, and prove that nobody changed it')
    .addHelpText(
      'after',
      `
Examples:
  ./sightline audit export --out /mnt/archive/2026-11-24
  ./sightline audit verify /mnt/archive/2026-11-24 --key data/audit-signing.pub
  ./sightline audit repair --keys data/broker/keys            show a message that is not a record, if there is one`,
    )
    .addCommand(exportCommand())
    .addCommand(verifyCommand())
    .addCommand(mendCommand())
}

function exportCommand(): Command {
  return withBroker(new Command('export').description('write the log and its checkpoints into a folder'))
    .requiredOption('--out <folder>', 'where to write; replaces an earlier export there')
    .option('--json', 'print one JSON line when it is done')
    .addHelpText(
      'after',
      `
Example:
  ./sightline audit export --out /mnt/archive/2026-11-24 --broker nats://127.0.0.1:4222 --keys data/keys`,
    )
    .action(runExport)
}

async function runExport(options: BrokerOptions & { out: string; json?: boolean }): Promise<void> {
  await mkdir(options.out, { recursive: true })
  const address = { servers: serversOf(options), keys: options.keys, user: 'auditor' }
  const connection = await connectBroker(address, createLog('audit'))
  try {
    const link = await openLink(connection, 'AGENCY')
    const records = await save(link, AUDIT, join(options.out, RECORDS))
    const checkpoints = await save(link, AUDIT_CHECKPOINTS, join(options.out, CHECKPOINTS))
    if (options.json) printJson({ type: 'exported', out: options.out, records, checkpoints })
    else
      printLine(
        `Written to ${options.out}: ${several(records, 'record')}, ${several(checkpoints, 'checkpoint')}.`,
      )
  } finally {
    await connection.close()
  }
}

/** Writes the current content of a stream, one line per message. @returns the number of messages */
async function save(link: Link, stream: string, path: string): Promise<number> {
  const { last_seq: last, messages } = (await link.manager.streams.info(stream)).state
  async function* lines() {
    let count = 0
    for await (const data of stream === AUDIT ? manyOf(link, stream, last) : singlyOf(link, stream, last)) {
      yield data
      yield '\n'
      if (++count % 100_000 === 0) note(`${count} of ${messages} …`)
    }
  }
  await pipeline(lines, createWriteStream(path, { mode: 0o600 }))
  return messages
}

async function* manyOf(link: Link, stream: string, last: number): AsyncGenerator<Uint8Array> {
  const signal = new AbortController().signal
  for (let reached = 0, tries = 0; reached < last; ) {
    const got = await directGets(link, stream, { seq: reached + 1 }, BATCH, signal)
    if (!got?.length) {
      if (++tries === TRIES) throw unreadable(stream, reached, last)
      continue
    }
    tries = 0
    for (const { data, seq } of got) if (seq <= last) yield data
    reached = got.at(-1)!.seq
  }
}

/** For a stream that does not allow direct gets. */
async function* singlyOf(link: Link, stream: string, last: number): AsyncGenerator<Uint8Array> {
  for (let seq = 1; seq <= last; seq++) {
    const message = await ask(link, `read ${stream}`, () => link.manager.streams.getMessage(stream, { seq }))
    if (!message) throw unreadable(stream, seq - 1, last)
    yield message.data
  }
}

/** The server leaves out messages that fail its checksums on disk, without saying so. */
const unreadable = (stream: string, reached: number, last: number) =>
  new SightlineError(
    'BROKER_FAILED',
    `the broker returns nothing from ${stream} after message ${reached}, but should have ${last}: its files are damaged, or were changed`,
    { hint: 'Try again. If this continues, do not change the files, and compare with an earlier export.' },
  )

interface VerifyOptions {
  key: string
  checkpoint: string[]
  json?: boolean
}

function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'check an export, without a network: names each record that was changed, removed, added or moved',
    )
    .argument('<folder>', 'folder of an export')
    .option('--key <file>', 'public key that signed the checkpoints', publicKeyPath('data'))
    .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere, besides those of the export', [])
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Exits with status 0 if the log is complete and unchanged, 1 if it is not.

Examples:
  ./sightline audit verify /mnt/archive/2026-11-24 --key data/audit-signing.pub
  ./sightline audit verify today --checkpoint yesterday/checkpoints.ndjson`,
    )
    .action(runVerify)
}

async function runVerify(folder: string, options: VerifyOptions): Promise<void> {
  const path = join(folder, RECORDS)
  if (!existsSync(path)) {
    throw new SightlineError('USAGE', `${path} does not exist`, {
      hint: 'Name the folder that you gave to ./sightline audit export --out.',
    })
  }
  const files = [join(folder, CHECKPOINTS), ...options.checkpoint].filter(existsSync)
  const checkpoints = (await Promise.all(files.map(readCheckpoints))).flat()
  const key = await readKey(options.key)
  const checked = await verifyLog((add) => eachLine(path, add), checkpoints, key)
  const mended = await findRepairs((line) => eachLine(path, line), checked.faults)
  const explained = new Set(mended.flatMap(({ lines }) => lines))
  const faults = checked.faults.filter(({ kind, number }) => kind !== 'malformed' || !explained.has(number))
  const verdict = { ...checked, faults, mended }
  const isWhole = verdict.faults.length === 0 && verdict.unlisted === 0 && verdict.unsigned.length === 0
  if (options.json) printJson({ type: 'verified', whole: isWhole, ...verdict })
  else for (const line of listFindings(verdict, key !== null)) printLine(line)
  if (!isWhole) process.exitCode = 1
}

async function readCheckpoints(path: string): Promise<AuditCheckpoint[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean)
  return lines.map((line) => auditCheckpointParser.parseJson(line))
}

async function readKey(path: string): Promise<KeyObject | null> {
  if (!existsSync(path)) return null
  return createPublicKey(await readFile(path))
}

const SAID: Record<Fault['kind'], string> = {
  malformed: 'is not a record',
  changed: 'was changed',
  replaced: 'was replaced by a different one',
  removed: 'is missing',
  inserted: 'was inserted: the log has another record with this number',
  reordered: 'was moved',
  'not as signed': 'differs from the signed one: the log was rewritten up to here',
}

function* listFindings(
  { records, faults, unlisted, checkpoints, unsigned, mended }: Verdict & { mended: readonly Mended[] },
  hasKey: boolean,
): Generator<string> {
  for (const { kind, number, to } of faults) {
    yield kind === 'malformed'
      ? `line ${number} ${SAID[kind]}`
      : `record ${number}${to ? ` to ${to}` : ''} ${SAID[kind]}`
  }
  if (unlisted > 0) yield `and ${several(unlisted, 'more fault')}, which are only counted`
  for (const { lines, number, by, at, reason } of mended) {
    const which = lines.length > 1 ? `lines ${lines[0]} to ${lines.at(-1)} are` : `line ${lines[0]} is`
    yield `${which} not a record; record ${number} by ${by} at ${at} explains it: ${safeText(reason, 500)}`
  }
  for (const { number, key } of unsigned)
    yield `the checkpoint of record ${number} was not signed by this key (it names ${key})`
  yield `${several(records, 'record')}, ${several(faults.length + unlisted, 'fault')}; compared with ${several(checkpoints, 'signed checkpoint')}.`
  if (!hasKey)
    yield 'No public key (--key): cannot tell whether the end is missing, or everything was rewritten.'
}
