import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { NatsConnection } from '@nats-io/transport-node'
import { createAuditLog } from '@sightline/api/audit/log'
import { openLink } from '@sightline/broker/link'
import { takeSnapshot } from '@sightline/broker/stream-snapshot'
import { type Clock, instant } from '@sightline/runtime/clock'
import { version } from '@sightline/runtime/root'
import { backupOrder, backupPartParser } from '@sightline/schemas/backup'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'
import { type ArchiveWriter, createArchive } from './archive.ts'
import { fileError } from './file-error.ts'

export interface BackupOptions {
  out: string
  passphrase: string
  /** Who makes it: goes into the audit log. */
  by: string
  /** Folder of the keys, and that of the api with the signing keys of the audit log, if it is here. */
  keys: string
  apiData?: string | undefined
  /** Files and folders with settings. */
  settings: readonly string[]
  withPictures: boolean
  clock: Clock
  /** Is told about each part when it is complete, and about large ones on the way. */
  progress: (line: string) => void
}

export interface BackupDone {
  bytes: number
  sha256: string
  files: number
  streams: number
}

const PROGRESS_BYTES = 256 * 2 ** 20

/**
 * Saves what an agency must not lose, while the system runs. The audit log has a record of it (AUD-1) before anything is read.
 * @param connection of the administrator
 * @throws CONFLICT, USAGE, AUDIT_UNAVAILABLE, BROKER_FAILED
 */
export async function saveBackup(connection: NatsConnection, options: BackupOptions): Promise<BackupDone> {
  const { out, passphrase, by, clock, progress, withPictures } = options
  const files = await filesOf(options)
  const archive = await createArchive(out, passphrase)
  try {
    const link = await openLink(connection)
    await createAuditLog(link, clock).record({
      ...{ actor: by, action: 'system.backup', subject: null, parameters: { withPictures } },
    })
    // By name: the list of a cluster leaves out, without a word, each stream whose nodes do not answer.
    const names: string[] = []
    for await (const name of link.manager.streams.names()) names.push(name)
    if (!names.includes(AUDIT)) {
      throw new SightlineError('BROKER_DRIFTED', 'this broker has no audit log', {
        hint: 'It is not a system that has been in use. Name the right one with --broker.',
      })
    }
    await archive.part({ part: 'start', at: instant(clock()), version, by })
    for (const { path, from } of files) {
      await archive.part({ part: 'file', path })
      await saved(archive, async (add) => {
        const bytes = createReadStream(from)[Symbol.asyncIterator]()
        for (;;) {
          const next = await bytes.next().catch(fileError('read', from))
          if (next.done) return
          await add(next.value)
        }
      })
    }
    const streams = backupOrder(names, withPictures)
    for (const name of streams) {
      const count = await saved(archive, (add) => {
        let [sum, told] = [0, 0]
        return takeSnapshot(
          connection,
          name,
          ({ config, state }) =>
            archive.part({ part: 'stream', name, config: { ...config }, state: { ...state } }),
          async (piece) => {
            await add(piece)
            sum += piece.length
            if (sum - told < PROGRESS_BYTES) return
            told = sum
            progress(`${name}: ${sizeText(sum)} …`)
          },
        )
      })
      progress(`${name}: ${sizeText(count)}`)
    }
    const parts = files.length + streams.length
    const sha256 = await archive.finish({ part: 'whole', parts })
    return { bytes: archive.size(), sha256, files: files.length, streams: streams.length }
  } catch (error) {
    await archive.abandon().catch(() => {})
    throw error
  }
}

/** Writes one part's bytes, and what they must be. @returns their number */
async function saved(
  archive: ArchiveWriter,
  write: (add: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<number> {
  const digest = createHash('sha256')
  let bytes = 0
  await write(async (piece) => {
    digest.update(piece)
    bytes += piece.length
    await archive.bytes(piece)
  })
  await archive.part({ part: 'end', bytes, sha256: digest.digest('hex') })
  return bytes
}

export const sizeText = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** The key that signs the audit log's ends, and its public half. The development token is no secret to keep. */
export const OF_THE_API: readonly string[] = ['audit-signing.key', 'audit-signing.pub']

interface Saved {
  /** In the backup. */
  path: string
  /** On this machine. */
  from: string
}

/** @throws CONFIG_INVALID for a folder without keys, and for settings that are not there */
async function filesOf({ keys, apiData, settings }: BackupOptions): Promise<Saved[]> {
  const found = await filesIn(keys, 'keys')
  if (!found.some(({ path }) => path.endsWith('.nk'))) throw missing(keys, 'has no keys', '--keys')
  if (apiData !== undefined) {
    for (const name of OF_THE_API) {
      const from = join(apiData, name)
      if (!(await isFile(from))) throw missing(apiData, `has no ${name}`, '--api-data')
      found.push({ path: `api/${name}`, from })
    }
  }
  for (const one of settings) {
    const name = `settings/${basename(resolve(one))}`
    if (found.some(({ path }) => path === name || path.startsWith(`${name}/`))) {
      throw missing(one, 'has the name of another one', '--settings')
    }
    found.push(...((await isFile(one)) ? [{ path: name, from: one }] : await filesIn(one, name)))
  }
  const odd = found.find(({ path }) => !backupPartParser.check({ part: 'file', path }))
  if (odd) throw missing(odd.from, 'has a name that a backup cannot have', '--settings')
  return found
}

const isFile = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  )

/**
 * Files of a folder and those in it. A link to a file is saved as that file: keys and certificates often come as links.
 * @throws CONFIG_INVALID for a link that leads to no file, so that nothing is left out without a word
 */
async function filesIn(folder: string, name: string): Promise<Saved[]> {
  const option = name === 'keys' ? '--keys' : '--settings'
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw missing(folder, 'cannot be read', option)
  })
  const found: Saved[] = []
  for (const entry of entries) {
    const from = join(entry.parentPath, entry.name)
    const path = `${name}/${relative(folder, from)}`
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(from)))) found.push({ path, from })
    else if (entry.isSymbolicLink()) throw missing(from, 'is a link that leads to no file', option)
  }
  return found
}

const missing = (path: string, why: string, option: string) =>
  new SightlineError('CONFIG_INVALID', `${path} ${why}`, { hint: `Name the right one with ${option}.` })
