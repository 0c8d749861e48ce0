import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'

/** A folder with a camera's pictures or messages that could not be read. */
export interface RejectedFolder {
  readonly folder: string
  /** How long pictures of the camera may live; undefined: not configured. */
  readonly days: number | undefined
}

/** Rejected files contain plates. People who look for the fault need them for some days, and nobody needs them longer. */
const KEPT_DAYS = 14
const DAY_MS = 86_400_000
const LOOK_EVERY_MS = 3_600_000

/**
 * Deletes rejected files that are older than this, now and every hour.
 * @param folders called each time
 * @returns a function that ends it
 */
export function endRejected(folders: () => Promise<RejectedFolder[]>, clock: Clock, log: Logger): () => void {
  const look = async () =>
    forEach(await folders(), async ({ folder, days = KEPT_DAYS }) => {
      // Do not follow a link: it may lead to files that are not the agent's.
      const isFolder = await lstat(folder).then(
        (stats) => stats.isDirectory(),
        () => false,
      )
      if (!isFolder) return
      await dropOld(folder, clock() - Math.min(days, KEPT_DAYS) * DAY_MS)
      await rmdir(folder).catch(() => {})
    })
  const lookAgain = () => void look().catch((err) => log.warn({ err }, 'cannot delete old rejected files'))
  const timer = setInterval(lookAgain, LOOK_EVERY_MS)
  lookAgain()
  return () => clearInterval(timer)
}

/** @param before when the file was put there, ms since 1970: its own times may be anything */
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

/** One after another; a file that cannot be deleted does not stop the others. @throws the first failure, at the end */
async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const one of all) await work(one).catch((thrown) => failures.push(thrown))
  if (failures.length > 0) throw failures[0]
}
