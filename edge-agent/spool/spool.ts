import { mkdir } from 'node:fs/promises'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { diskBytes } from './backlog.ts'
import { createCommit, type SpoolCheckpoint, type Written } from './commit.ts'
import { openContents } from './contents.ts'
import { nameEntry } from './entry-name.ts'
import { type Deliver, forwardEntries, type Together } from './forward.ts'
import { groupCommit } from './group-commit.ts'
import { own } from './owner.ts'
import { openOrSetAside } from './set-aside.ts'

export type { Deliver, SpoolEntry, SpoolRun, Taken, Together } from './forward.ts'

export interface SpoolOptions {
  /** Folder used only by the spool; created if missing. */
  folder: string
  /** Space that the entries may use on the disk, in bytes; beyond it the oldest are dropped. */
  maxBytes: number
  /** How long an entry waits after its first failure, ms; the wait doubles with each one. */
  firstWaitMs?: number
  log: Logger
}

/** Messages for the broker, kept on the disk until it has them. */
export interface Spool {
  /**
   * Durable when it resolves. Simultaneous calls share one sync.
   * @throws SPOOL_FULL, SPOOL_FAILED: not stored, try again; MESSAGE_INVALID: can never be stored
   */
  append(message: SpoolMessage): Promise<void>
  /**
   * Appends messages of one camera (or none) together with the camera's state: after a kill at any time, either all of it is
   * on the disk or nothing. They are delivered from then on. For a camera that uses this, do not call `append`.
   * @throws as `append`
   */
  commit(step: SpoolStep): Promise<void>
  /** State from the camera's last commit; undefined before the first. */
  remembered(camera: string): string | undefined
  /**
   * Delivers until aborted: oldest first, order kept per camera, several cameras in parallel. An entry leaves the disk once
   * `deliver` has resolved for it. If `deliver` rejects, the entry is tried again with a growing wait. Resolves after the
   * current deliveries have ended.
   * @param together delivers several entries of a camera at once, all or none, if the camera has a backlog
   */
  forward(deliver: Deliver, signal: AbortSignal, together?: Together): Promise<void>
  /** `dropped` and `corrupt` count all runs. */
  stats(): SpoolStats
  /** Call it after `forward` has ended. */
  close(): Promise<void>
}

export interface SpoolMessage {
  readonly camera: string
  /** Message id, by which the broker recognizes a repeat. */
  readonly id: string
  readonly payload: Uint8Array
}

export interface SpoolStep {
  readonly camera: string
  readonly messages: readonly Omit<SpoolMessage, 'camera'>[]
  /** The camera's own state, not interpreted here. */
  readonly state: string
}

export interface SpoolStats {
  /** Number of waiting entries. */
  entries: number
  /** Their space on the disk. */
  bytes: number
  /** Number of oldest entries dropped because the space was full. */
  dropped: number
  /** Number of entries set aside: damaged, or never acceptable to the broker. */
  corrupt: number
}

/** Maximum number of entries per commit: limits the files that are open at a time. */
const MAX_BATCH = 64

/**
 * Opens the spool with everything that an earlier run left.
 * @throws SPOOL_IN_USE, SPOOL_FAILED, SPOOL_FULL
 */
export const openSpool = (options: SpoolOptions): Promise<Spool> =>
  openOrSetAside(options.folder, () => openFolder(options), options.log)

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
  { folder, maxBytes, firstWaitMs, log }: SpoolOptions,
  disown: () => Promise<void>,
): Promise<Spool> {
  const contents = await openContents(folder, log)
  const { store, dropped, checkpoints, receipts, backlog } = contents
  let sequence = contents.lastSequence
  const listeners = new Set<() => void>()
  const onWritten = () => {
    for (const wake of listeners) wake()
  }
  const commit = createCommit(contents, { maxBytes, onWritten, log })
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
    forward: (deliver, signal, together) =>
      forwardEntries(
        {
          backlog,
          store,
          receipts,
          async remove(run, receipt) {
            await commits
              .add({ kind: 'remove', run, receipt })
              .catch((err) => log.error({ err }, 'a delivered read stays on the disk and is sent again'))
          },
          onAdded(wake) {
            listeners.add(wake)
            return () => listeners.delete(wake)
          },
          firstWaitMs,
          log,
        },
        deliver,
        signal,
        together,
      ),
    stats: () => ({ ...backlog.size(), dropped: dropped.total, corrupt: store.corrupt() }),
    async close() {
      await commits.idle()
      await contents.close()
      await disown()
    },
  }
}
