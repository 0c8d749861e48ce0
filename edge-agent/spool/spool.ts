import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../runtime/log.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { createBacklog, diskBytes } from './backlog.ts'
import { openDroppedCount } from './dropped.ts'
import { type EntryName, nameEntry } from './entry-name.ts'
import { type Deliver, forwardEntries } from './forward.ts'
import { groupCommit } from './group-commit.ts'
import { isCheckpoint, isReceipt, openNotes } from './notes.ts'
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
   * @throws SPOOL_FULL, SPOOL_FAILED: not stored, try again; MESSAGE_INVALID: can never be stored
   */
  append(message: SpoolMessage): Promise<void>
  /**
   * Appends messages of one camera (or none) together with what the camera has to remember: after a kill at any
   * instant either all of it is on the disk or nothing. They are delivered from then on.
   * Whoever uses it for a camera never appends to it otherwise.
   * @throws as `append`
   */
  commit(step: SpoolStep): Promise<void>
  /** What the camera's last commit remembers; undefined before the first. */
  remembered(camera: string): string | undefined
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

export interface SpoolMessage {
  readonly camera: string
  /** Message id, by which the broker recognises a repeat. */
  readonly id: string
  readonly payload: Uint8Array
}

export interface SpoolStep {
  readonly camera: string
  readonly messages: readonly Omit<SpoolMessage, 'camera'>[]
  /** The camera's own business. */
  readonly state: string
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

interface Written {
  readonly entry: EntryName
  readonly payload: Uint8Array
}

type SpoolCheckpoint = { readonly camera: string; readonly state: string } | null

type Job =
  | { kind: 'write'; items: readonly Written[]; checkpoint: SpoolCheckpoint }
  | { kind: 'remove'; entry: EntryName; receipt: number | undefined }

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
  const checkpoints = await openNotes(join(folder, 'checkpoints'), isCheckpoint, log)
  const receipts = await openNotes(join(folder, 'receipts'), isReceipt, log)
  const backlog = createBacklog()
  const removing = new Set(dropped.removing)
  for (const entry of store.found) {
    const { camera, sequence } = entry
    // Newer than its camera's checkpoint: its commit did not come to its end.
    const isWhole = sequence <= (checkpoints.get(camera)?.sequence ?? Number.POSITIVE_INFINITY)
    const hasLeft = sequence <= (receipts.get(camera)?.sequence ?? 0)
    if (removing.has(sequence) || !isWhole || hasLeft) await store.remove(entry)
    else backlog.add(entry)
  }
  await store.sync()
  let sequence = Math.max(
    0,
    ...[...checkpoints.all(), ...receipts.all()].map((note) => note.sequence),
    store.found.at(-1)?.sequence ?? 0,
    dropped.removing.at(-1) ?? 0,
  )

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
    const errors = new Map<Job, Error>()
    const writes = jobs.filter((job) => job.kind === 'write')
    for (const job of jobs) {
      if (job.kind === 'write') continue
      await removeDelivered(job).catch((cause) => errors.set(job, diskError(cause)))
      backlog.settle(job.entry)
    }
    const items = writes.flatMap((job) => job.items.map((item) => ({ job, ...item })))
    try {
      await makeRoom(items.reduce((sum, { entry }) => sum + diskBytes(entry), 0))
      const written = await store.write(items)
      for (const [index, { job }] of items.entries()) {
        const error = written[index]
        if (error) errors.set(job, error)
      }
      await store.sync()
    } catch (cause) {
      for (const job of writes) errors.set(job, diskError(cause as Error))
    }
    for (const job of writes) {
      if (!errors.has(job)) await remember(job).catch((cause) => errors.set(job, diskError(cause)))
      // It may be there or not: whoever appends it again must not find two.
      if (errors.has(job)) for (const { entry } of job.items) await store.remove(entry).catch(() => {})
      else for (const { entry } of job.items) backlog.add(entry)
    }
    if (writes.length > 0) for (const wake of listeners) wake()
    return jobs.map((job) => errors.get(job) ?? null)
  }

  async function removeDelivered({ entry, receipt }: Extract<Job, { kind: 'remove' }>): Promise<void> {
    if (receipt !== undefined) await receipts.put(entry.camera, { sequence: entry.sequence, receipt })
    await store.remove(entry)
  }

  async function remember({ items, checkpoint }: Extract<Job, { kind: 'write' }>): Promise<void> {
    if (!checkpoint) return
    const { camera, state } = checkpoint
    const last = items.at(-1)?.entry.sequence ?? checkpoints.get(camera)?.sequence ?? 0
    await checkpoints.put(camera, { sequence: last, state })
    await checkpoints.sync()
  }

  const commits = groupCommit(commit, MAX_BATCH)

  async function put(messages: readonly SpoolMessage[], checkpoint: SpoolCheckpoint): Promise<void> {
    const items = messages.map((message, n): Written => {
      const entry = nameEntry(sequence + 1 + n, message)
      if (!entry) {
        throw new SightlineError('MESSAGE_INVALID', 'a camera or message id cannot be the name of a file')
      }
      if (diskBytes(entry) > maxBytes) {
        throw new SightlineError('MESSAGE_INVALID', `${entry.bytes} bytes do not fit into the spool at all`)
      }
      return { entry, payload: message.payload }
    })
    sequence += items.length
    await commits.add({ kind: 'write', items, checkpoint })
  }

  return {
    append: (message) => put([message], null),
    commit: ({ camera, messages, state }) =>
      put(
        messages.map((message) => ({ camera, ...message })),
        { camera, state },
      ),
    remembered: (camera) => checkpoints.get(camera)?.state,
    forward: (deliver, signal) =>
      forwardEntries(
        {
          backlog,
          store,
          receipt: (camera) => receipts.get(camera)?.receipt,
          async remove(entry, receipt) {
            await commits
              .add({ kind: 'remove', entry, receipt })
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
      await Promise.all([store.close(), checkpoints.close(), receipts.close()])
      await disown()
    },
  }
}
