import { createInlet, createTable, type Layout } from './layout.ts'

/**
 * Reads are stored twice, in two orders, each with everything that a page of an answer needs (decision 0010 has the
 * measured plans): a search by plate reads a few granules of `reads`, one by place a few days of `reads_by_day`. New
 * reads go to `reads_in`, which stores nothing and passes them on to both. Yearly partitions (60 monthly ones were 30
 * times slower for a plate); granules and compressed blocks are small, because a search needs a hundred rows.
 *
 * Positions are millionths of a degree. `reader` is a row of `readers`: which camera, where it is, what read the plate.
 * Only what the camera does not determine is stored here: a position that is not surveyed, and `rest`. history/rows.ts
 * describes the format of `look`, `certainty` and `rest`.
 */
const READS = `
  plate String CODEC(ZSTD(1)),
  seen_at DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  reader UInt32 CODEC(ZSTD(1)),
  region LowCardinality(String),
  make LowCardinality(String),
  model LowCardinality(String),
  color LowCardinality(String),
  look LowCardinality(String),
  certainty LowCardinality(String),
  lat Int32,
  lon Int32,
  rest String`

/** The tables that keep reads. */
export const READS_TABLES = ['reads', 'reads_by_day'] as const

const ORDERS: Record<(typeof READS_TABLES)[number], string> = {
  reads: 'plate, seen_at, reader',
  reads_by_day: 'toDate(seen_at), reader, seen_at',
}

const READERS = `
  number UInt32,
  country LowCardinality(String),
  description String,
  registered_at DateTime DEFAULT now()`

const QUERIES = `
  received_at DateTime64(3, 'UTC'),
  client String,
  plate String,
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  page_limit UInt32,
  page_cursor String,
  request String,
  results UInt32`

/** Parts of the past that are being written or are written: a window of time, in slices of vehicles. */
const SEEDED = `
  world String,
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  slice UInt32,
  slices UInt32,
  done UInt8,
  reads UInt64,
  at DateTime64(3, 'UTC') DEFAULT now64(3)`

/** Vehicles as the simulation drives them (simulation/actors.ts). */
const ACTORS = `
  world LowCardinality(String),
  idx UInt32,
  follows UInt32,
  mode UInt8,
  company UInt16,
  gap UInt8,
  plate String,
  region LowCardinality(String),
  make LowCardinality(String),
  model LowCardinality(String),
  color LowCardinality(String),
  presence UInt16,
  errands UInt16,
  crossings UInt16,
  leaves Int32,
  appointment_days UInt8,
  appointment_at UInt32,
  ways Array(Array(UInt32)),
  south Int32,
  west Int32,
  roaming Array(UInt32)`

const WORLDS = `
  name String,
  seed UInt64,
  vehicles UInt32,
  cameras UInt32,
  at DateTime64(3, 'UTC') DEFAULT now64(3)`

export const readsTables = (layout: Layout): string[] => [
  ...READS_TABLES.flatMap((name) =>
    createTable(layout, {
      name,
      columns: READS,
      rest: `PARTITION BY toYear(seen_at) ORDER BY (${ORDERS[name]})
      SETTINGS default_compression_codec = 'ZSTD(3)', index_granularity = 1024, min_compress_block_size = 16384, ttl_only_drop_parts = 1`,
      shardBy: 'cityHash64(plate)',
    }),
  ),
  ...createInlet(layout, 'reads_in', READS_TABLES),
]

export const registrationsTable = (layout: Layout) =>
  createTable(layout, { name: 'readers', columns: READERS, rest: 'ORDER BY number' })

export const queriesTable = (layout: Layout) =>
  createTable(layout, { name: 'queries', columns: QUERIES, rest: 'ORDER BY received_at' })

export const seededTable = (layout: Layout) =>
  createTable(layout, { name: 'seeded', columns: SEEDED, rest: 'ORDER BY (world, from_at, slice)' })

export const simulationTables = (layout: Layout) => [
  ...createTable(layout, { name: 'sim_actors', columns: ACTORS, rest: 'ORDER BY (world, idx)' }),
  ...createTable(layout, { name: 'sim_worlds', columns: WORLDS, rest: 'ORDER BY (at, name)' }),
]

export const migrationsTable = (layout: Layout) =>
  createTable(layout, {
    name: 'migrations',
    columns: 'version UInt32, name String, applied_at DateTime DEFAULT now()',
    rest: 'ORDER BY version',
  })
