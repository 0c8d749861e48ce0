import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import type { Read } from '../../schemas/read.ts'
import { dayOf, passesBetween, startOfDay } from '../world/passes.ts'
import { readOf } from '../world/reads.ts'
import type { World } from '../world/world.ts'
import type { History } from './store.ts'

export interface SeedPlan {
  world: World
  /** How many days back, the current one not counted. */
  days: number
  clock: Clock
  /** Ends the work between two days. */
  signal: AbortSignal
}

/**
 * Writes the world's past into the history: the day so far, then day by day backwards, so that what is asked
 * for most is there first. A day is recorded as done only after all its reads are in, and a read written
 * twice stays one; so a process killed at any point neither loses nor doubles a read when it is started again.
 * @returns how many reads were written
 */
export async function seedHistory(history: History, plan: SeedPlan, log: Logger): Promise<number> {
  const { world, days, clock, signal } = plan
  const now = clock()
  const today = dayOf(now)
  const done = await history.seededDays(world.name)
  const missing = Array.from({ length: days }, (_, i) => today - 1 - i).filter((day) => !done.has(day))
  let written = await write(history, world, startOfDay(today), now)
  for (const [i, day] of missing.entries()) {
    if (signal.aborted) return written
    const reads = await write(history, world, startOfDay(day), startOfDay(day + 1))
    await history.markSeeded(world.name, day, reads, clock())
    written += reads
    const level = (i + 1) % 10 === 0 ? 'info' : 'debug'
    log[level]({ days: i + 1, of: missing.length, reads: written }, 'history is being written')
  }
  log.info({ days: missing.length, reads: written }, 'history is complete')
  return written
}

/** Reads of one statement: few enough to build without holding up the event loop for long. */
const BATCH = 5000

async function write(history: History, world: World, from: number, to: number): Promise<number> {
  let count = 0
  let batch: Read[] = []
  for (const pass of passesBetween(world, from, to)) {
    batch.push(readOf(world, pass))
    if (batch.length < BATCH) continue
    await history.insert(batch)
    count += batch.length
    batch = []
  }
  await history.insert(batch)
  return count + batch.length
}
