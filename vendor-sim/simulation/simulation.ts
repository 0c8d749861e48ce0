import { SightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import type { Registration } from '../history/registrations.ts'
import { READ_COLUMNS, type ReadRow, readOfRow } from '../history/rows.ts'
import type { History } from '../history/store.ts'
import { READS_TABLES } from '../history/tables.ts'
import type { PlacedCamera } from '../world/cameras.ts'
import type { World } from '../world/world.ts'
import { actorsOf } from './actors.ts'
import { type Slice, simulatedReads } from './reads.ts'

/** Name of the simulated vendor: `source` of its reads and its user on the broker. */
export const VENDOR_ID = 'sim'

/** A window of time, milliseconds since 1970: [from, to); and which vehicles, by number: [first, last). */
export interface Window {
  from: number
  to: number
  vehicles?: readonly [first: number, last: number]
}

/** A world that runs in the engine of the history: what its cameras saw in any window, always the same. */
export interface Simulation {
  readonly world: World
  /** How many numbers the vehicles have: those of the stories come last. */
  readonly vehicles: number
  /** Reads of a window, in order of time. */
  reads(window: Window): Promise<Read[]>
  /** Writes the reads of a window into the history, inside the engine. */
  write(window: Window): Promise<void>
  /** The same for missing reads: for use after an attempt with an unknown outcome. */
  writeMissing(window: Window): Promise<void>
  /** The vehicle that a camera saw at an instant, by its number. @throws NOT_FOUND */
  seenBy(reader: number, at: number, plate: string): Promise<number>
}

/** What a simulation may be asked for beyond the vehicles' own ways. */
export interface Extent {
  /** Reads a second of traffic from elsewhere, at cameras in the United States; 0 for none. */
  rate: number
  /** Only what cameras outside the United States saw: for a history that gets the rest from a stream. */
  foreignOnly?: boolean
}

/** Registers a world's cameras and vehicles in the history, unless they are there, and runs it. */
export async function openSimulation(
  history: History,
  world: World,
  extent: Extent = { rate: 0 },
): Promise<Simulation> {
  const numbers = await history.registrations.register(world.places.map(registrationOf))
  await populate(history, world, numbers)
  const vehicles = world.vehicles + world.cast.players.length
  const domestic = numbers.filter((_, i) => world.places[i]!.country === 'US')
  const { rate, foreignOnly } = extent
  const through = rate > 0 ? { through: { rate, vehicles: world.vehicles, readers: domestic } } : {}
  const sliceOf = (window: Window): Slice => ({ world: world.name, seed: world.seed, ...window, ...through })
  const insert = (table: string, window: Window, condition = '') => {
    const conditions = [condition, foreignOnly ? `reader NOT IN (${domestic})` : ''].filter(Boolean)
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
    return history.command(
      `INSERT INTO ${table} (${READ_COLUMNS}) SELECT ${READ_COLUMNS} FROM (${simulatedReads(sliceOf(window))}) ${where} ${LARGE_BLOCKS}`,
    )
  }
  return {
    world,
    vehicles,
    reads: async (window) => {
      const query = `SELECT ${READ_COLUMNS} FROM (${simulatedReads(sliceOf(window))}) ORDER BY seen_at, plate, reader`
      const rows = await history.select<ReadRow>(query)
      return rows.map((row) => readOfRow(row, history.registrations.byNumber(row.reader)))
    },
    write: (window) => insert('reads_in', window),
    writeMissing: async (window) => {
      await history.settle()
      const keys = 'plate, seen_at, reader'
      for (const table of READS_TABLES) {
        const there = `SELECT ${keys} FROM ${table}
          WHERE seen_at >= fromUnixTimestamp64Milli(${window.from}, 'UTC') AND seen_at < fromUnixTimestamp64Milli(${window.to}, 'UTC')
            AND (${keys}) IN (SELECT ${keys} FROM (${simulatedReads(sliceOf(window))}))`
        await insert(table, window, `(${keys}) NOT IN (${there})`)
      }
    },
    seenBy: async (reader, at, plate) => {
      const [row] = await history.select<{ idx: number }>(
        `SELECT idx FROM (${simulatedReads(sliceOf({ from: at, to: at + 1 }), 'idx')}) WHERE reader = {reader:UInt32} AND plate = {plate:String} LIMIT 1`,
        { reader, plate },
      )
      if (row) return row.idx
      throw new SightlineError('NOT_FOUND', 'the vendor has no image of that read')
    },
  }
}

/** The world last put into a history, by its size. */
export async function lastWorld(
  history: History,
): Promise<{ seed: number; vehicles: number; cameras: number } | undefined> {
  const [row] = await history.select<{ seed: string; vehicles: number; cameras: number }>(
    'SELECT seed, vehicles, cameras FROM sim_worlds ORDER BY at DESC LIMIT 1',
  )
  return row && { seed: Number(row.seed), vehicles: row.vehicles, cameras: row.cameras }
}

/** Blocks of four million reads, about a gigabyte of memory: a third less work than with the engine's own size. */
export const LARGE_BLOCKS = 'SETTINGS min_insert_block_size_rows = 4000000, min_insert_block_size_bytes = 0'

const ACTORS_A_STATEMENT = 10_000

async function populate(history: History, world: World, numbers: readonly number[]): Promise<void> {
  const { name, seed, vehicles, cameras } = world
  const known = await history.select('SELECT 1 FROM sim_worlds WHERE name = {name:String} LIMIT 1', { name })
  if (known.length > 0) return
  // Ends what an earlier process left running when it was killed.
  await history.settle()
  await history.command(`DELETE FROM sim_actors WHERE world = '${name}'`)
  let rows: object[] = []
  for (const actor of actorsOf(world, numbers)) {
    rows.push(actor)
    if (rows.length < ACTORS_A_STATEMENT) continue
    await history.insertRows('sim_actors', rows)
    rows = []
  }
  await history.insertRows('sim_actors', rows)
  await history.insertRows('sim_worlds', [{ name, seed, vehicles, cameras }])
}

function registrationOf({
  id,
  owner,
  ownerType,
  kind,
  country,
  address,
  ...place
}: PlacedCamera): Registration {
  const { lat, lon, headingDeg } = place
  return {
    camera: { id, owner, ownerType, kind, country, address },
    position:
      kind === 'fixed' ? { fix: 'surveyed', lat, lon, accuracyM: 3, headingDeg, speedMps: null } : null,
    source: VENDOR_ID,
    engine: { name: 'vendor-sim', version: '2' },
  }
}
