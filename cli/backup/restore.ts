import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { copyFile, lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { createAuditLog } from '@sightline/api/audit/log'
import { endBareServer, syncAll, syncFile, withBareServer } from '@sightline/broker/bare-server'
import { openLink } from '@sightline/broker/link'
import { OWNER, own } from '@sightline/broker/owner'
import { retryUntilDone } from '@sightline/broker/publish'
import { restoreSnapshot, type SnapshotOf } from '@sightline/broker/stream-snapshot'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { BackupPart } from '@sightline/schemas/backup'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { damageError, type Piece, readArchive } from './archive.ts'
import { fileError } from './file-error.ts'
import { OF_THE_API } from './save.ts'

type FilePart = Extract<BackupPart, { part: 'file' }>
type StreamPart = Extract<BackupPart, { part: 'stream' }>

/** What is in a backup. */
export interface Contents {
  at: string
  version: string
  by: string
  files: { path: string; bytes: number; sha256: string }[]
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
      const { bytes, sha256 } = await takeOne(pieces, path, part, take)
      if (part.part === 'file') contents.files.push({ path: part.path, bytes, sha256 })
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
): Promise<{ bytes: number; sha256: string }> {
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
  const sha256 = digest.digest('hex')
  if (end?.part !== 'end' || end.bytes !== count || end.sha256 !== sha256) {
    throw damageError(path, `${part.part === 'file' ? part.path : part.name} is not as it was saved`)
  }
  return { bytes: count, sha256 }
}

const drain: Take = async (_part, bytes) => {
  for await (const _ of bytes);
}

/** The backup, and who restores it. */
interface Restoring {
  /** The backup. */
  path: string
  passphrase: string
  /** Who restores it, and why: goes into the audit log. */
  by: string
  reason: string
  clock: Clock
  progress: (line: string) => void
}

interface FolderOptions extends Pick<Restoring, 'path' | 'passphrase' | 'progress'> {
  /** Folder of the broker; it must not exist, or be empty. */
  data: string
  /** Folder of the api; it must have no signing key, or the one in the backup. */
  apiData: string
  log: Logger
}

export type RestoreOptions = FolderOptions & Restoring

export interface ClusterOptions extends Restoring {
  /** Of the administrator, at a cluster that has no stream of an agency. */
  connection: NatsConnection
  /** Copies of every message. */
  replicas: number
}

/**
 * Restores a backup on an empty machine.
 * @throws TARGET_NOT_EMPTY, BACKUP_LOCKED, BACKUP_DAMAGED, BROKER_FAILED, BROKER_MISSING
 */
export const restoreBackup = (options: RestoreOptions): Promise<Contents> =>
  intoFolder(options, (draft, contents) =>
    withBareServer(draft, options.log, async (connection) => {
      await restoreParts({ ...options, connection, replicas: 1 }, contents, (part, bytes) =>
        writeTo(join(draft, part.path), bytes),
      )
      await recordRestore(connection, options, contents)
    }),
  )

/**
 * Restores the files of a backup alone, so that a cluster can be made with its keys.
 * @throws TARGET_NOT_EMPTY, BACKUP_LOCKED, BACKUP_DAMAGED, BROKER_FAILED
 */
export const restoreFiles = (options: FolderOptions): Promise<Contents> =>
  intoFolder(options, async (draft) => {
    await readBackup(options.path, options.passphrase, (part, bytes) =>
      part.part === 'file' ? writeTo(join(draft, part.path), bytes) : drain(part, bytes),
    )
  })

/**
 * Checks the whole file first. Everything is built beside `data`, which appears only when it is complete and on disk: a restore
 * that was cut off leaves nothing that could be started.
 */
async function intoFolder(
  options: FolderOptions,
  build: (draft: string, contents: Contents) => Promise<void>,
): Promise<Contents> {
  const { path, passphrase, progress, log } = options
  const data = await placeOf(options.data)
  const apiData = resolve(options.apiData)
  await requireEmpty(data)
  progress('checking the backup …')
  const contents = await readBackup(path, passphrase)
  await requireNoOtherKey(apiData, contents)
  await requireRenamable(data)
  const draft = `${data}.restoring`
  await mkdir(draft, { recursive: true, mode: 0o700 }).catch(fileError('write', draft))
  // Another restore that still runs keeps its claim.
  await own(draft)
  await endBareServer(draft, log)
  // What an earlier attempt left: it was never started.
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await own(draft)
  try {
    await build(draft, contents)
    await requireNoOtherKey(apiData, contents)
    await placeApiFiles(join(draft, 'api'), apiData)
    await rm(join(draft, OWNER))
    await syncAll(draft)
    // Over an empty folder at most: somebody may have started a system there since.
    await rename(draft, data).catch(async (error: NodeJS.ErrnoException) => {
      await requireEmpty(data)
      throw error
    })
    await syncFile(dirname(data))
    return contents
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/**
 * Restores the streams of a backup into a running cluster that has none. The audit log comes last: until it is there, an api does nothing.
 * @throws TARGET_NOT_EMPTY, BACKUP_LOCKED, BACKUP_DAMAGED, BROKER_FAILED
 */
export async function restoreCluster(options: ClusterOptions): Promise<Contents> {
  const { path, passphrase, connection, progress } = options
  await requireNoStream(connection)
  progress('checking the backup …')
  const contents = await readBackup(path, passphrase)
  try {
    await restoreParts(options, contents, drain)
    await recordRestore(connection, options, contents)
  } catch (error) {
    const { code, message } = toSightlineError(error)
    throw new SightlineError(code, message, { cause: error, hint: UNFINISHED })
  }
  return contents
}

const UNFINISHED =
  'The cluster may have a part of it; without the audit log, which comes last, an api does nothing. Stop the nodes, empty their stores, start them, then restore again.'

async function restoreParts(
  { path, passphrase, connection, replicas, progress }: Omit<ClusterOptions, 'by' | 'reason' | 'clock'>,
  contents: Contents,
  takeFile: (part: FilePart, bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const total = contents.streams.length
  let done = 0
  await readBackup(path, passphrase, async (part, bytes) => {
    if (part.part === 'file') return takeFile(part, bytes)
    await restoreSnapshot(connection, withCopies(part, replicas), bytes)
    progress(`${part.name} (${++done} of ${total})`)
  })
}

/** Nodes that have just started elect a leader first, milliseconds. */
const ELECTED_MS = 60_000

/** @throws TARGET_NOT_EMPTY, BROKER_FAILED */
async function requireNoStream(connection: NatsConnection): Promise<void> {
  const first = async () => {
    const { manager } = await openLink(connection)
    for await (const name of manager.streams.names()) return name
    return undefined
  }
  const found = await retryUntilDone(first, AbortSignal.timeout(ELECTED_MS)).catch((cause) => {
    throw new SightlineError(
      'BROKER_FAILED',
      `the cluster does not say which streams it has: ${cause.message}`,
      {
        cause,
        hint: 'Nothing was changed. See that most nodes run, in their logs, then start the command again.',
      },
    )
  })
  if (found === undefined) return
  throw new SightlineError('TARGET_NOT_EMPTY', `this cluster has the stream ${found}`, {
    hint: 'A restore never replaces a system. Stop the nodes, empty their stores, start them, and restore before broker declare.',
  })
}

/** The place itself where a link leads to it, so that what is large comes onto the disk that was meant. @throws CONFIG_INVALID */
async function placeOf(path: string): Promise<string> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  )
  return isThere ? realpath(path).catch(fileError('write', path)) : resolve(path)
}

/** @throws TARGET_NOT_EMPTY */
async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : fileError('read', folder)(error),
  )
  if (names[0] !== undefined) throw notEmpty(folder, names[0])
}

/**
 * Whether the api's folder has no key that signs the audit log, or the very one in the backup: the api's machine may be well, and a
 * restore that was killed at its end has placed it already.
 * @throws TARGET_NOT_EMPTY
 */
async function requireNoOtherKey(apiData: string, { files }: Contents): Promise<void> {
  const names = await readdir(apiData).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? [] : fileError('read', apiData)(error),
  )
  for (const name of names.filter((one) => OF_THE_API.includes(one))) {
    const saved = files.find(({ path }) => path === `api/${name}`)
    const bytes = await readFile(join(apiData, name)).catch(fileError('read', join(apiData, name)))
    if (saved?.sha256 !== createHash('sha256').update(bytes).digest('hex')) throw notEmpty(apiData, name)
  }
}

const notEmpty = (folder: string, name: string) =>
  new SightlineError('TARGET_NOT_EMPTY', `${folder} is not empty: it has ${name}`, {
    hint: 'A restore never replaces a system. Name another folder, or move this one away.',
  })

/** Whether an empty folder can be replaced by the restored one; a disk that is mounted there cannot. @throws CONFIG_INVALID */
async function requireRenamable(folder: string): Promise<void> {
  try {
    await rmdir(folder)
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const cause = error as NodeJS.ErrnoException
    if (cause.code === 'ENOENT') return
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot put anything in place of ${folder}: ${cause.message}`,
      {
        cause,
        hint: `Name a folder in it, e.g. ${join(folder, 'broker')}.`,
      },
    )
  }
}

async function writeTo(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(bytes, createWriteStream(path, { mode: 0o600, flags: 'wx' })).catch(fileError('write', path))
}

/** As many copies of each message as the target has, however many the saved system had. */
function withCopies({ name, config, state }: StreamPart, replicas: number): SnapshotOf {
  const { persist_mode: _, ...rest } = config
  // The server writes later only where there is one copy.
  const later = replicas === 1 ? { ...config } : rest
  return { config: { ...later, name, num_replicas: replicas }, state }
}

/** The log says that there is a restore, from when, by whom: records made after the backup are missing (AUD-2). */
async function recordRestore(
  connection: NatsConnection,
  { by, reason, clock }: Pick<Restoring, 'by' | 'reason' | 'clock'>,
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

/** A kill in between leaves each file whole or not there, and all of them in the draft. */
async function placeApiFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => [])
  if (names.length === 0) return
  await mkdir(to, { recursive: true, mode: 0o700 }).catch(fileError('write', to))
  for (const name of names) {
    const draft = join(to, `${name}.restoring`)
    await copyFile(join(from, name), draft).catch(fileError('write', draft))
    await syncFile(draft)
    await rename(draft, join(to, name))
  }
  await syncFile(to)
  await rm(from, { recursive: true })
}
