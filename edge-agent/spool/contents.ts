import { join } from 'node:path'
import type { Logger } from '@sightline/runtime/log'
import { type Backlog, createBacklog } from './backlog.ts'
import { type DroppedCount, openDroppedCount } from './dropped.ts'
import { type Checkpoint, isCheckpoint, isReceipt, type Notes, openNotes, type Receipt } from './notes.ts'
import { openStore, type Store } from './store.ts'

/** Everything that a spool has on the disk, and its state in memory. */
export interface Contents {
  readonly store: Store
  readonly dropped: DroppedCount
  readonly checkpoints: Notes<Checkpoint>
  readonly receipts: Notes<Receipt>
  readonly backlog: Backlog
  /** Last sequence assigned to an entry. */
  readonly lastSequence: number
  close(): Promise<void>
}

/**
 * Opens what an earlier run left, and cleans it up: removes entries whose commit was not finished, and those that were
 * already sent or dropped; no sequence is assigned twice.
 */
export async function openContents(folder: string, log: Logger): Promise<Contents> {
  const store = await openStore(folder)
  const dropped = await openDroppedCount(folder, log)
  const checkpoints = await openNotes(join(folder, 'checkpoints'), isCheckpoint, log)
  const receipts = await openNotes(join(folder, 'receipts'), isReceipt, log)
  const backlog = createBacklog()
  const removing = new Set(dropped.removing)
  for (const entry of store.found) {
    const { camera, sequence } = entry
    // Newer than its camera's checkpoint: its commit was not finished.
    const isWhole = sequence <= (checkpoints.get(camera)?.sequence ?? Number.POSITIVE_INFINITY)
    const hasLeft = sequence <= (receipts.get(camera)?.sequence ?? 0)
    if (removing.has(sequence) || !isWhole || hasLeft) await store.remove(entry)
    else backlog.add(entry)
  }
  await store.sync()
  const lastSequence = Math.max(
    0,
    ...[...checkpoints.all(), ...receipts.all()].map((note) => note.sequence),
    store.found.at(-1)?.sequence ?? 0,
    dropped.removing.at(-1) ?? 0,
  )
  return {
    store,
    dropped,
    checkpoints,
    receipts,
    backlog,
    lastSequence,
    async close() {
      await Promise.all([store.close(), checkpoints.close(), receipts.close()])
    },
  }
}
