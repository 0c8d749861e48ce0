import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { type EntryName, formatEntryName, isIntact, parseEntryName } from './entry-name.ts'

/**
 * The spool on the disk: one file per entry, as mail servers store mail. A file is written in `incoming`, synced, renamed
 * into `entries`, and the folder synced, so there is never half an entry. Removing an entry frees its space at once, even on
 * a full disk.
 */
export interface Store {
  /** Entries found when opening, oldest first. */
  readonly found: readonly EntryName[]
  /** Writes entries; durable after `sync`. @returns for each entry why it failed, or null */
  write(items: readonly { entry: EntryName; payload: Uint8Array }[]): Promise<(Error | null)[]>
  /** Removes one entry; durable after `sync`. A missing entry is no error. */
  remove(entry: EntryName): Promise<void>
  /** Makes all writes and removals durable. */
  sync(): Promise<void>
  /** @throws SPOOL_CORRUPT for a payload that differs from what was written */
  read(entry: EntryName): Promise<Uint8Array>
  /** Moves an unreadable entry out of the way, where people can examine it. */
  setAside(entry: EntryName): Promise<void>
  /** Number of files set aside, including earlier runs. */
  corrupt(): number
  close(): Promise<void>
}

/** @throws SPOOL_FAILED, SPOOL_FULL */
export async function openStore(folder: string): Promise<Store> {
  const [incoming, entries, aside] = ['incoming', 'entries', 'corrupt'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [incoming, entries, aside]) await mkdir(path, { recursive: true })
  // Files there were never acknowledged: their writer was killed.
  for (const file of await readdir(incoming)) await rm(join(incoming, file), { recursive: true })
  let corrupt = (await readdir(aside)).length
  const found: EntryName[] = []
  for (const file of (await readdir(entries)).sort()) {
    const entry = parseEntryName(file)
    if (entry) found.push(entry)
    else {
      await rename(join(entries, file), join(aside, file))
      corrupt++
    }
  }
  const directory = await open(entries, 'r')

  async function writeOne(entry: EntryName, payload: Uint8Array): Promise<void> {
    const name = formatEntryName(entry)
    const path = join(incoming, name)
    try {
      const file = await open(path, 'wx')
      try {
        await file.writeFile(payload)
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(path, join(entries, name))
    } catch (error) {
      // Half a file would take the space that the next attempt needs.
      await rm(path, { force: true }).catch(() => {})
      throw error
    }
  }

  return {
    found,
    async write(items) {
      const results = await Promise.allSettled(items.map(({ entry, payload }) => writeOne(entry, payload)))
      return results.map((result) => (result.status === 'rejected' ? diskError(result.reason) : null))
    },
    remove: (entry) => rm(join(entries, formatEntryName(entry)), { force: true }),
    sync: () => directory.sync(),
    async read(entry) {
      const fault = (what: string, cause?: unknown) =>
        new SightlineError('SPOOL_CORRUPT', `entry ${entry.sequence} of camera ${entry.camera} ${what}`, {
          cause,
          hint: `It is kept in ${aside}; check the disk if this continues.`,
        })
      const payload = await readFile(join(entries, formatEntryName(entry))).catch((cause: Error) => {
        throw fault(`cannot be read: ${cause.message}`, cause)
      })
      if (!isIntact(entry, payload)) throw fault('differs from what was written')
      return payload
    },
    async setAside(entry) {
      const name = formatEntryName(entry)
      await rename(join(entries, name), join(aside, name))
      corrupt++
    },
    corrupt: () => corrupt,
    close: () => directory.close(),
  }
}

/** Whether the file system has no space for what was to be written. */
export const isFull = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOSPC' || code === 'EDQUOT'

/** An error of the file system, for the person who has to fix it. */
export function diskError(cause: NodeJS.ErrnoException): SightlineError {
  if (isFull(cause)) {
    return new SightlineError('SPOOL_FULL', 'the disk of the spool is full', {
      cause,
      hint: 'Free space on it. Reads that wait for the link are sent as soon as it is back.',
    })
  }
  return new SightlineError('SPOOL_FAILED', `the spool cannot be written: ${cause.message}`, {
    cause,
    hint: 'Check the disk and the rights of the folder.',
  })
}
