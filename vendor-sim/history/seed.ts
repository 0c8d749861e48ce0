import type { Clock } from '@sightline/runtime/clock'
import { instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { Simulation } from '../simulation/simulation.ts'
import { type Piece, planSeed, type SeededSpan, type Span } from './seed-plan.ts'
import type { History } from './store.ts'

export interface SeedTask {
  simulation: Simulation
  wanted: Span
  /** Spans that the live feed writes. */
  others?: readonly Span[]
  /** Stops between two pieces. */
  signal: AbortSignal
  clock: Clock
  /** Called after each piece: reads written so far, pieces done, total pieces. */
  onProgress?(progress: SeedProgress): void
}

export interface SeedProgress {
  reads: number
  done: number
  pieces: number
}

/** Reads of one vehicle on an average day, by all cameras together; measured over years and sizes. */
export const READS_A_VEHICLE_DAY = 0.72

const DAY = 86_400_000

/** The world whose days have approximately this many reads; the more vehicles, the more towns. */
export function worldOfReads(reads: number, days: number): { vehicles: number; cameras: number } {
  const vehicles = Math.max(1, Math.round(reads / (READS_A_VEHICLE_DAY * days)))
  return { vehicles, cameras: Math.min(400, Math.max(80, 40 * Math.round(vehicles / 10_000))) }
}

/**
 * Writes the world's past into the history. A piece is planned in the ledger before it is written and recorded after
 * it, so that after a kill at any point the next process writes exactly what is missing.
 * @returns number of reads written
 */
export async function seedHistory(history: History, task: SeedTask, log: Logger): Promise<number> {
  const { simulation, wanted, others = [], signal, clock, onProgress } = task
  const { name } = simulation.world
  const readsOf = ({ from, to }: Span) => ((to - from) / DAY) * simulation.vehicles * READS_A_VEHICLE_DAY
  const pieces = planSeed(wanted, await ledger(history, name), others, readsOf)
  const row = ({ from, to, slice, slices }: Piece, done: 0 | 1, reads: number) => ({
    world: name,
    from_at: instant(from),
    to_at: instant(to),
    slice,
    slices,
    done,
    reads,
    at: instant(clock()),
  })
  await history.insertRows(
    'seeded',
    pieces.map((piece) => row(piece, 0, 0)),
  )
  let reads = 0
  for (const [n, piece] of pieces.entries()) {
    if (signal.aborted) break
    const before = await countReads(history)
    await (piece.doubtful ? simulation.writeMissing : simulation.write)(windowOf(piece, simulation.vehicles))
    const written = (await countReads(history)) - before
    await history.insertRows('seeded', [row(piece, 1, written)])
    reads += written
    onProgress?.({ reads, done: n + 1, pieces: pieces.length })
    log.debug({ done: n + 1, of: pieces.length, reads }, 'writing history')
  }
  if (pieces.length > 0) log.info({ pieces: pieces.length, reads }, 'the history is complete')
  return reads
}

function windowOf({ from, to, slice, slices }: Piece, vehicles: number) {
  const first = (n: number) => Math.floor((n * vehicles) / slices)
  return { from, to, vehicles: [first(slice), first(slice + 1)] as const }
}

/** Number of all rows, from the engine's own count of its parts. */
async function countReads(history: History): Promise<number> {
  const [row] = await history.select<{ count: string }>('SELECT count() AS count FROM reads')
  return Number(row!.count)
}

async function ledger(history: History, world: string): Promise<SeededSpan[]> {
  const rows = await history.select<{ from_at: string; to_at: string; slices: number; done: number[] }>(
    `SELECT from_at, to_at, slices, groupUniqArrayIf(slice, done = 1) AS done
    FROM seeded WHERE world = {world:String} GROUP BY from_at, to_at, slices`,
    { world },
  )
  return rows.map(({ from_at, to_at, slices, done }) => ({
    from: Date.parse(from_at),
    to: Date.parse(to_at),
    slices,
    done: new Set(done),
  }))
}
