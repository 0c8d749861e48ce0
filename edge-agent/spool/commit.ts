import type { Logger } from '@sightline/runtime/log'
import { diskBytes } from './backlog.ts'
import type { Contents } from './contents.ts'
import type { EntryName } from './entry-name.ts'
import { diskError, isFull } from './store.ts'

/** An entry to write. */
export interface Written {
  readonly entry: EntryName
  readonly payload: Uint8Array
}

/** State that a camera must remember, written with its entries. */
export type SpoolCheckpoint = { readonly camera: string; readonly state: string } | null

/** A change of the disk. */
export type Job =
  | { kind: 'write'; items: readonly Written[]; checkpoint: SpoolCheckpoint }
  /** Entries of one camera that were delivered, oldest first. */
  | { kind: 'remove'; run: readonly EntryName[]; receipt: number | undefined }

interface CommitOptions {
  /** Space that the entries may use on the disk, in bytes. */
  readonly maxBytes: number
  /** Called whenever entries were added to the backlog. */
  onWritten(): void
  readonly log: Logger
}

/**
 * @returns a function that makes jobs durable with a single sync, and keeps the backlog consistent with the disk; it returns
 *   for each job, in order, why it failed, or null
 */
export function createCommit(
  { store, dropped, checkpoints, receipts, backlog }: Omit<Contents, 'lastSequence' | 'close'>,
  { maxBytes, onWritten, log }: CommitOptions,
): (jobs: readonly Job[]) => Promise<(Error | null)[]> {
  let full = false

  /** Drops the oldest entries when the configured space is full. */
  async function makeRoom(wanted: number): Promise<void> {
    const victims = backlog.makeRoom(wanted, maxBytes)
    if (victims.length > 0) {
      // A count that cannot be written now is written with the next one: it must not keep the reads from getting space.
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

  async function commit(jobs: readonly Job[]): Promise<(Error | null)[]> {
    const errors = new Map<Job, Error>()
    const writes = jobs.filter((job) => job.kind === 'write')
    for (const job of jobs) {
      if (job.kind === 'write') continue
      await removeDelivered(job).catch((cause) => errors.set(job, diskError(cause)))
      backlog.settle(job.run)
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
      // It may or may not be there: a caller that appends it again must not find two.
      if (errors.has(job)) for (const { entry } of job.items) await store.remove(entry).catch(() => {})
      else for (const { entry } of job.items) backlog.add(entry)
    }
    if (writes.length > 0) onWritten()
    return jobs.map((job) => errors.get(job) ?? null)
  }

  async function removeDelivered({ run, receipt }: Extract<Job, { kind: 'remove' }>): Promise<void> {
    const last = run.at(-1)
    const removeRun = () => Promise.all(run.map(store.remove))
    if (last && receipt !== undefined) {
      const { camera, sequence } = last
      await receipts.put(camera, { sequence, receipt }).catch(async (error) => {
        // A camera's first note needs the space of what was delivered. Until it is there, nothing is taken for sent.
        if (!isFull(error) || receipts.get(camera)) throw error
        await removeRun()
        await receipts.put(camera, { sequence, receipt })
      })
    }
    await removeRun()
  }

  async function remember({ items, checkpoint }: Extract<Job, { kind: 'write' }>): Promise<void> {
    if (!checkpoint) return
    const { camera, state } = checkpoint
    const last = items.at(-1)?.entry.sequence ?? checkpoints.get(camera)?.sequence ?? 0
    await checkpoints.put(camera, { sequence: last, state })
    await checkpoints.sync()
  }

  return commit
}
