import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'

/** Number of entries dropped because the configured space was full; survives the process. */
export interface DroppedCount {
  readonly total: number
  /** Sequences counted last; if still on the disk, they must be removed, and none of them may be delivered. */
  readonly removing: readonly number[]
  /**
   * Counts entries that are about to be removed. The same file names them: an agent that is killed between counting and
   * removing neither counts nor sends them again.
   */
  add(sequences: readonly number[]): Promise<void>
}

export async function openDroppedCount(folder: string, log: Logger): Promise<DroppedCount> {
  const path = join(folder, 'dropped.json')
  let { total, removing } = await load(path, log)

  return {
    get total() {
      return total
    },
    get removing() {
      return removing
    },
    async add(sequences) {
      total += sequences.length
      removing = [...sequences]
      const file = await open(`${path}.new`, 'w')
      try {
        await file.writeFile(JSON.stringify({ total, removing }))
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
    },
  }
}

async function load(path: string, log: Logger): Promise<{ total: number; removing: number[] }> {
  const none = { total: 0, removing: [] }
  try {
    const { total, removing } = JSON.parse(await readFile(path, 'utf8'))
    if (Number.isSafeInteger(total) && Array.isArray(removing)) return { total, removing }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none
  }
  const err = new SightlineError('SPOOL_CORRUPT', `${path} is not a count of dropped reads`)
  log.error({ err }, 'the count restarts at 0')
  return none
}
