import { randomUUID } from 'node:crypto'
import type { Read } from '@sightline/schemas/read'
import { type ReadBatch, readBatch } from '@sightline/vendor-sim/history/batch'
import { openServer } from '@sightline/vendor-sim/history/server'
import { type History, type HistoryPlace, openHistory } from '@sightline/vendor-sim/history/store'
import { openSimulation, type Simulation } from '@sightline/vendor-sim/simulation/simulation'
import { createWorld, type WorldSize } from '@sightline/vendor-sim/world/world'
import { quiet, temporaryFolder } from './broker.ts'

export interface TestHistory {
  path: string
  /** Its folder, to open it again. */
  place: HistoryPlace
  history: History
  /** Runs a world in the history. */
  simulate(size: WorldSize, rate?: number): Promise<Simulation>
  remove(): Promise<void>
}

/** The real engine on an empty history. @param url of a server; by default as `testPlace` */
export async function testHistory(url?: string, more: Partial<HistoryPlace> = {}): Promise<TestHistory> {
  const { place, remove } = await testPlace(url)
  const history = await openHistory({ ...place, ...more }, quiet)
  return {
    path: place.directory,
    place: { ...place, ...more },
    history,
    simulate: (size, rate = 0) => openSimulation(history, createWorld(size), { rate }),
    remove: async () => {
      await history.close()
      await remove()
    },
  }
}

/**
 * Where a history may be made that belongs to nobody else: a temporary folder for the embedded engine, and a database of
 * its own on the server of CLICKHOUSE_URL, where there is one.
 */
export async function testPlace(
  url: string | undefined = process.env.CLICKHOUSE_URL,
): Promise<{ place: HistoryPlace & { directory: string }; remove(): Promise<void> }> {
  const folder = await temporaryFolder()
  if (!url) return { place: { directory: folder.path }, remove: folder.remove }
  const database = `sightline_test_${randomUUID().replaceAll('-', '')}`
  const server = await openServer(url, {})
  await server.command(`CREATE DATABASE ${database}`)
  const own = new URL(url)
  own.pathname = database
  return {
    place: { directory: folder.path, url: own.href },
    remove: async () => {
      await server.command(`DROP DATABASE ${database} SYNC`)
      await server.close()
      await folder.remove()
    },
  }
}

/** Reads as a batch for `insert` and `insertMissing`. */
export function batchOf(history: History, reads: readonly Read[]): ReadBatch {
  const batch = readBatch(history.registrations)
  for (const read of reads) batch.add(read)
  return batch
}
