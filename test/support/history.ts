import type { Read } from '../../schemas/read.ts'
import { type ReadBatch, readBatch } from '../../vendor-sim/history/batch.ts'
import type { HistoryPlace } from '../../vendor-sim/history/client.ts'
import { type History, openHistory } from '../../vendor-sim/history/store.ts'
import { openSimulation, type Simulation } from '../../vendor-sim/simulation/simulation.ts'
import { createWorld, type WorldSize } from '../../vendor-sim/world/world.ts'
import { quiet, temporaryFolder } from './broker.ts'

export interface TestHistory {
  path: string
  /** Where it is, to open it once more. */
  place: HistoryPlace
  history: History
  /** Runs a world in the history. */
  simulate(size: WorldSize, rate?: number): Promise<Simulation>
  remove(): Promise<void>
}

/**
 * The real engine on an empty history: embedded in a temporary folder, or the server of CLICKHOUSE_URL, whose tables
 * are dropped first. Its database must be one for tests.
 */
export async function testHistory(): Promise<TestHistory> {
  const folder = await temporaryFolder()
  const place = { directory: folder.path, url: process.env.CLICKHOUSE_URL }
  if (place.url) {
    const used = await openHistory(place, quiet)
    for (const table of TABLES) await used.command(`DROP TABLE IF EXISTS ${table} SYNC`)
    await used.close()
  }
  const history = await openHistory(place, quiet)
  return {
    path: folder.path,
    place,
    history,
    simulate: (size, rate = 0) => openSimulation(history, createWorld(size), { rate }),
    remove: async () => {
      await history.close()
      await folder.remove()
    },
  }
}

/** Reads as a batch for `insert` and `insertMissing`. */
export function batchOf(history: History, reads: readonly Read[]): ReadBatch {
  const batch = readBatch(history.readers)
  for (const read of reads) batch.add(read)
  return batch
}

const TABLES = [
  'reads_in_to_reads',
  'reads_in_to_reads_by_day',
  'reads_in',
  'reads_by_day',
  'reads',
  'readers',
  'queries',
  'seeded',
  'sim_actors',
  'sim_worlds',
  'migrations',
]
