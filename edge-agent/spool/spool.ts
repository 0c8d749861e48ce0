import { mkdir, rename } from 'node:fs/promises'
import type { Logger } from '../../runtime/log.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { createBacklog, diskBytes } from './backlog.ts'
import { openDroppedCount } from './dropped.ts'
import { type EntryName, nameEntry } from './entry-name.ts'
import { type Deliver, forwardEntries } from './forward.ts'
import { groupCommit } from './group-commit.ts'
import { own } from './owner.ts'
import { diskError, openStore } from './store.ts'

export type { Deliver, SpoolEntry } from './forward.ts'

export interface SpoolOptions {
  /** Folder that belongs to the spool alone; made if it is not there. */
  folder: string
  /** Space that the entries may take on the disk, in bytes; beyond it the oldest go. */
  maxBytes: number
  log: Logger
}

/** What the broker has to get: kept on the disk until it has it. */
export interface Spool {
  /**
   * Durable when it resolves. Those who append at the same moment share one sync.
   * @param message `camera` is a token, `id` the message id by which the broker recognises a repeat
   * @throws SPOOL_FULL, SPOOL_FAILED: not stored, try again; MESSAGE_INVALID: can never be stored
   */
  append(message: { camera: string; id: string; payload: Uint8Array }): Promise<void>
  /**
   * Delivers until aborted: the oldest first, order kept for each camera, several cameras at a time. An entry
   * leaves the disk once `deliver` has resolved for it. If `deliver` rejects, the entry is tried again with a
   * growing wait. Resolves after the deliveries that were under way have ended.
   */
  forward(deliver: Deliver, signal: AbortSignal): Promise<void>
  /** `dropped` and `corrupt` count over all runs. */
  stats(): SpoolStats
  /** Call it after `forward` has ended. */
  close(): Promise<void>
}

export interface SpoolStats {
  /** Entries that wait. */
  entries: number
  /** What they take on the disk. */
  bytes: number
  /** Oldest entries that had to go because the space was full. */
  dropped: number
  /** Files that were found damaged and set aside. */
  corrupt: number
}

/** Entries of one commit: bounds the files that are open at a time. */
const MAX_BATCH = 64

type Job = { kind: 'write'; entry: EntryName; payload: Uint8Array } | { kind: 'remove'; entry: EntryName }

/**
 * Opens the spool with everything that an earlier run left in it. A folder that cannot hold a spool is renamed
 * and a new one begun, which the log tells with SPOOL_CORRUPT: an agent must not stay away for good.
 * @throws SPOOL_IN_USE, SPOOL_FAILED, SPOOL_FULL
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  try {
    return await openFolder(options)
  } catch (cause) {
    if (!isDamage(cause)) throw cause instanceof SightlineError ? cause : diskError(cause as Error)
    const aside = `${options.folder}.corrupt-${Date.now()}`
    await rename(options.folder, aside).catch((error) => {
      throw diskError(error)
    })
    const err = new SightlineError(
      'SPOOL_CORRUPT',
      `${options.folder} cannot hold a spool; it is ${aside} now`,
      {
        cause,
        hint: 'Reads in it were not sent. Check the disk.',
      },
    )
    options.log.error({ err }, 'began a new spool')
    return openFolder(options)
  }
}

/** Errors that tell of a damaged folder, not of missing rights or space. */
function isDamage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return ['ENOTDIR', 'EEXIST', 'EISDIR', 'ELOOP', 'EIO', 'EUCLEAN', 'EBADMSG'].includes(code ?? '')
}

async function openFolder(options: SpoolOptions): Promise<Spool> {
  await mkdir(options.folder, { recursive: true })
  const disown = await own(options.folder)
  try {
    return await openOwned(options, disown)
  } catch (error) {
    await disown()
    throw error
  }
}

async function openOwned(
  { folder, maxBytes, log }: SpoolOptions,
  disown: () => Promise<void>,
): Promise<Spool> {
  const store = await openStore(folder)
  const dropped = await openDroppedCount(folder, log)
  const backlog = createBacklog()
  const removing = new Set(dropped.removing)
  for (const entry of store.found) {
    if (removing.has(entry.sequence)) await store.remove(entry)
    else backlog.add(entry)
  }
  let sequence = Math.max(0, store.found.at(-1)?.sequence ?? 0, dropped.removing.at(-1) ?? 0)

  const listeners = new Set<() => void>()
  let full = false

  /** Lets the oldest go when the configured space is full. */
  async function makeRoom(wanted: number): Promise<void> {
    const victims = backlog.makeRoom(wanted, maxBytes)
    if (victims.length > 0) {
      // A count that cannot be written now goes with the next one: it must not keep the space from the reads.
      await dropped
        .add(victims.map((entry) => entry.sequence))
        .catch((err) =>
          log.warn({ err: diskError(err) }, 'the count of dropped reads is not on the disk yet'),
        )
      for (const entry of victims) await store.remove(entry)
      if (!full)
        log.error({ maxBytes, dropped: dropped.total }, 'the spool is full: the oldest reads are dropped')
      full = true
    } else if (backlog.size().bytes < maxBytes * 0.9) full = false
  }

  async function commit(jobs: Job[]): Promise<(Error | null)[]> {
    const errors = new Map<Job, Error | null>()
    const writes = jobs.filter((job) => job.kind === 'write')
    for (const job of jobs) {
      if (job.kind === 'write') continue
      await store.remove(job.entry).catch((cause) => errors.set(job, diskError(cause)))
      backlog.settle(job.entry)
    }
    try {
      await makeRoom(writes.reduce((sum, { entry }) => sum + diskBytes(entry), 0))
      const written = await store.write(writes)
      await store.sync()
      for (const [index, job] of writes.entries()) errors.set(job, written[index] ?? null)
    } catch (cause) {
      for (const job of writes) {
        // It may be there or not: whoever appends it again must not find two.
        await store.remove(job.entry).catch(() => {})
        errors.set(job, diskError(cause as Error))
      }
    }
    for (const job of writes) if (!errors.get(job)) backlog.add(job.entry)
    if (writes.length > 0) for (const wake of listeners) wake()
    return jobs.map((job) => errors.get(job) ?? null)
  }

  const commits = groupCommit(commit, MAX_BATCH)

  return {
    async append(message) {
      const entry = nameEntry(sequence + 1, message)
      if (!entry) {
        throw new SightlineError('MESSAGE_INVALID', 'a camera or message id cannot be the name of a file')
      }
      if (diskBytes(entry) > maxBytes) {
        throw new SightlineError('MESSAGE_INVALID', `${entry.bytes} bytes do not fit into the spool at all`)
      }
      sequence = entry.sequence
      await commits.add({ kind: 'write', entry, payload: message.payload })
    },
    forward: (deliver, signal) =>
      forwardEntries(
        {
          backlog,
          store,
          async remove(entry) {
            await commits
              .add({ kind: 'remove', entry })
              .catch((err) => log.error({ err }, 'a delivered read stays on the disk and is sent again'))
          },
          onAdded(wake) {
            listeners.add(wake)
            return () => listeners.delete(wake)
          },
          log,
        },
        deliver,
        signal,
      ),
    stats: () => ({ ...backlog.size(), dropped: dropped.total, corrupt: store.corrupt() }),
    async close() {
      await commits.idle()
      await store.close()
      await disown()
    },
  }
}
