import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { createAuditLog } from '@sightline/api/audit/log'
import { syncAll, withBareServer } from '@sightline/broker/bare-server'
import { openLink } from '@sightline/broker/link'
import { restoreSnapshot, type SnapshotOf } from '@sightline/broker/stream-snapshot'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { BackupPart } from '@sightline/schemas/backup'
import { SightlineError } from '@sightline/schemas/errors'
import { damageError, type Piece, readArchive } from './archive.ts'

type FilePart = Extract<BackupPart, { part: 'file' }>
type StreamPart = Extract<BackupPart, { part: 'stream' }>

/** What is in a backup. */
export interface Contents {
  at: string
  version: string
  by: string
  files: { path: string; bytes: number }[]
  streams: { name: string; messages: number; bytes: number }[]
}

/** Takes the bytes of one part; it must read all of them. */
type Take = (part: FilePart | StreamPart, bytes: AsyncIterable<Uint8Array>) => Promise<void>

/**
 * Reads a whole backup, and checks all of it.
 * @throws BACKUP_LOCKED, BACKUP_DAMAGED, CONFIG_INVALID, and what `take` throws
 */
export async function readBackup(path: string, passphrase: string, take: Take = drain): Promise<Contents> {
  const pieces = readArchive(path, passphrase)
  try {
    const start = await nextPart(pieces, path)
    if (start.part !== 'start') throw damageError(path, 'it does not begin as one')
    const { at, version, by } = start
    const contents: Contents = { at, version, by, files: [], streams: [] }
    for (;;) {
      const part = await nextPart(pieces, path)
      if (part.part === 'whole') {
        if (part.parts !== contents.files.length + contents.streams.length)
          throw damageError(path, 'parts are missing')
        // Nothing may come after it.
        if (!(await pieces.next()).done) throw damageError(path, 'there is something after its end')
        return contents
      }
      if (part.part !== 'file' && part.part !== 'stream')
        throw damageError(path, 'its parts are not in order')
      const bytes = await takeOne(pieces, path, part, take)
      if (part.part === 'file') contents.files.push({ path: part.path, bytes })
      else contents.streams.push({ name: part.name, messages: Number(part.state.messages), bytes })
    }
  } finally {
    await pieces.return(undefined)
  }
}

async function nextPart(pieces: AsyncGenerator<Piece>, path: string): Promise<BackupPart> {
  const { value, done } = await pieces.next()
  if (done || !('part' in value)) throw damageError(path, 'its parts are not in order')
  return value.part
}

async function takeOne(
  pieces: AsyncGenerator<Piece>,
  path: string,
  part: FilePart | StreamPart,
  take: Take,
): Promise<number> {
  const digest = createHash('sha256')
  let count = 0
  let end: BackupPart | undefined
  async function* bytes() {
    for (;;) {
      const { value, done } = await pieces.next()
      if (done) throw damageError(path, 'its end is missing')
      if ('part' in value) {
        end = value.part
        return
      }
      digest.update(value.bytes)
      count += value.bytes.length
      yield value.bytes
    }
  }
  await take(part, bytes())
  if (end?.part !== 'end' || end.bytes !== count || end.sha256 !== digest.digest('hex')) {
    throw damageError(path, `${part.part === 'file' ? part.path : part.name} is not as it was saved`)
  }
  return count
}

const drain: Take = async (_part, bytes) => {
  for await (const _ of bytes);
}

export interface RestoreOptions {
  /** The backup. */
  path: string
  passphrase: string
  /** Who restores it, and why: goes into the audit log. */
  by: string
  reason: string
  /** Folder of the broker; it must not exist, or be empty. */
  data: string
  /** Folder of the api; it must have no signing key. */
  apiData: string
  clock: Clock
  log: Logger
  progress: (line: string) => void
}

/**
 * Restores a backup on an empty machine. It checks the whole file first. Everything is built beside `data`, which appears only when it
 * is complete and on disk: a restore that was cut off leaves nothing that could be started.
 * @throws TARGET_NOT_EMPTY, BACKUP_LOCKED, BACKUP_DAMAGED, BROKER_FAILED, BROKER_MISSING
 */
export async function restoreBackup(options: RestoreOptions): Promise<Contents> {
  const { path, passphrase, progress, log } = options
  const data = resolve(options.data)
  const apiData = resolve(options.apiData)
  await requireEmpty(data, () => true)
  await requireEmpty(apiData, (name) => name.startsWith('audit-signing.'))
  progress('checking the backup …')
  const contents = await readBackup(path, passphrase)
  const draft = `${data}.restoring`
  // What an earlier attempt left: it was never started.
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    await withBareServer(draft, log, async (connection) => {
      const total = contents.streams.length
      let done = 0
      await readBackup(path, passphrase, async (part, bytes) => {
        if (part.part === 'file') return writeTo(join(draft, part.path), bytes)
        await restoreSnapshot(connection, onOneNode(part), bytes)
        progress(`${part.name} (${++done} of ${total})`)
      })
      await recordRestore(connection, options, contents)
    })
    await syncAll(draft)
    await placeApiFiles(join(draft, 'api'), apiData)
    await rm(data, { recursive: true, force: true })
    await rename(draft, data)
    return contents
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function requireEmpty(folder: string, counts: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = names.find(counts)
  if (found === undefined) return
  throw new SightlineError('TARGET_NOT_EMPTY', `${folder} is not empty: it has ${found}`, {
    hint: 'A restore never replaces a system. Name another folder, or move this one away.',
  })
}

async function writeTo(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(bytes, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
}

/** The embedded broker has one copy of each message, however many the saved system had. */
const onOneNode = ({ name, config, state }: StreamPart): SnapshotOf => ({
  config: { ...config, name, num_replicas: 1 },
  state,
})

/** The log says that there is a restore, from when, by whom: records made after the backup are missing (AUD-2). */
async function recordRestore(
  connection: NatsConnection,
  { by, reason, clock }: RestoreOptions,
  { at, by: savedBy, version }: Contents,
): Promise<void> {
  const link = await openLink(connection)
  await createAuditLog(link, clock).record({
    actor: by,
    action: 'system.restore',
    subject: null,
    parameters: { savedAt: at, savedBy, version, reason },
  })
}

async function placeApiFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => [])
  if (names.length === 0) return
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of names) await copyFile(join(from, name), join(to, name))
  await rm(from, { recursive: true })
}
