import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'

/** A folder in which a camera's pictures or messages are that could not be read. */
export interface RejectedFolder {
  readonly folder: string
  /** How long pictures of the camera may live; undefined: nothing is said. */
  readonly days: number | undefined
}

/** What is set aside holds plates. Who looks for the fault needs it for some days, and nobody for longer. */
const KEPT_DAYS = 14
const DAY_MS = 86_400_000
const LOOK_EVERY_MS = 3_600_000

/**
 * Deletes what was set aside longer ago, now and each hour.
 * @param folders asked each time
 * @returns what ends it
 */
export function endRejected(folders: () => Promise<RejectedFolder[]>, clock: Clock, log: Logger): () => void {
  const look = async () =>
    forEach(await folders(), async ({ folder, days = KEPT_DAYS }) => {
      // A link is somebody's way to files that are none of the agent's.
      const isFolder = await lstat(folder).then(
        (stats) => stats.isDirectory(),
        () => false,
      )
      if (!isFolder) return
      await dropOld(folder, clock() - Math.min(days, KEPT_DAYS) * DAY_MS)
      await rmdir(folder).catch(() => {})
    })
  const lookAgain = () =>
    void look().catch((err) => log.warn({ err }, 'what was set aside long ago cannot be deleted'))
  const timer = setInterval(lookAgain, LOOK_EVERY_MS)
  lookAgain()
  return () => clearInterval(timer)
}

/** @param before by when it was put there, ms since 1970: its own times may be anything */
const dropOld = async (folder: string, before: number): Promise<void> =>
  forEach(await readdir(folder, { withFileTypes: true }), async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      await dropOld(path, before)
      await rmdir(path).catch(() => {})
    } else if ((await lstat(path)).ctimeMs < before) {
      await unlink(path)
    }
  })

/** One after another; what cannot be deleted keeps no other. @throws the first failure, at the end */
async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const one of all) await work(one).catch((thrown) => failures.push(thrown))
  if (failures.length > 0) throw failures[0]
}
