import { createTable, type Layout } from './layout.ts'

/**
 * Yearly partitions and the order by plate and time make a plate's years a few short readings (60 monthly
 * partitions were 30 times slower). The projection keeps the same reads by month, reader and time for searches by
 * place; it goes with its part, in inserts, merges and dropped partitions. Decision 0010 has the measured plans.
 *
 * Confidences are ten-thousandths, positions millionths of a degree. `reader` is a row of `readers`: who saw it,
 * where it stands, what read the plate. Positions of fixed readers are there; only others are written here.
 */
const READS = `
  plate String CODEC(ZSTD(1)),
  seen_at DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  reader UInt32 CODEC(ZSTD(1)),
  region LowCardinality(String),
  make LowCardinality(String),
  model LowCardinality(String),
  colour LowCardinality(String),
  confidence UInt16,
  region_confidence UInt16,
  char_confidences Array(UInt16),
  alternatives Array(Tuple(place UInt8, char String, confidence UInt16)),
  fix Enum8('none' = 0, 'surveyed' = 1, 'gps' = 2, 'stale' = 3),
  lat Int32,
  lon Int32,
  accuracy_m Float32,
  heading_deg Float32,
  speed_mps Float32,
  picture_plate String,
  picture_vehicle String,
  PROJECTION by_reader (
    SELECT reader, seen_at, plate, make, model, colour, lat, lon ORDER BY toYYYYMM(seen_at), reader, seen_at
  )`

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
  colour LowCardinality(String),
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

export const readsTable = (layout: Layout) =>
  createTable(layout, {
    name: 'reads',
    columns: READS,
    rest: `PARTITION BY toYear(seen_at) ORDER BY (plate, seen_at, reader)
      SETTINGS default_compression_codec = 'ZSTD(3)', ttl_only_drop_parts = 1`,
    shardBy: 'cityHash64(plate)',
  })

export const readersTable = (layout: Layout) =>
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
