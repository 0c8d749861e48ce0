import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '../../runtime/log.ts'
import { SightlineError } from '../../schemas/errors.ts'

interface Migration {
  readonly version: number
  readonly name: string
  /** Each statement may run twice: a process can die between a statement and its record. */
  readonly statements: readonly string[]
}

/**
 * Yearly partitions and the order by plate and time make a plate's five years one short reading (60 monthly
 * partitions were 30 times slower). The id closes the key, and the engine keeps one row of each id: writing
 * a read again, after a crash or an answer that got lost, changes nothing.
 */
const READS = `CREATE TABLE IF NOT EXISTS reads (
  plate String,
  seen_at DateTime64(3, 'UTC'),
  id String,
  source LowCardinality(String),
  confidence Float32,
  chars Array(Tuple(char String, confidence Float32, alternatives Array(Tuple(char String, confidence Float32)))),
  region LowCardinality(Nullable(String)),
  region_confidence Nullable(Float32),
  camera_id LowCardinality(String),
  camera_owner LowCardinality(String),
  camera_owner_type LowCardinality(String),
  camera_kind LowCardinality(String),
  camera_country LowCardinality(String),
  camera_address LowCardinality(Nullable(String)),
  position_fix LowCardinality(Nullable(String)),
  position_lat Nullable(Float64),
  position_lon Nullable(Float64),
  position_accuracy_m Nullable(Float32),
  position_heading_deg Nullable(Float32),
  position_speed_mps Nullable(Float32),
  vehicle_make LowCardinality(Nullable(String)),
  vehicle_model LowCardinality(Nullable(String)),
  vehicle_colour LowCardinality(Nullable(String)),
  picture_plate Nullable(String),
  picture_vehicle Nullable(String),
  engine_name LowCardinality(String),
  engine_version LowCardinality(String)
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(seen_at) PRIMARY KEY (plate, seen_at) ORDER BY (plate, seen_at, id)`

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'reads, days seeded, queries received',
    statements: [
      READS,
      `CREATE TABLE IF NOT EXISTS seeded_days (
        world String, day Int32, reads UInt32, seeded_at DateTime64(3, 'UTC')
      ) ENGINE = ReplacingMergeTree ORDER BY (world, day)`,
      `CREATE TABLE IF NOT EXISTS queries (
        received_at DateTime64(3, 'UTC'), client String, plate String,
        from_at DateTime64(3, 'UTC'), to_at DateTime64(3, 'UTC'), page_limit UInt32, page_cursor String, results UInt32
      ) ENGINE = MergeTree ORDER BY received_at`,
    ],
  },
]

/**
 * Brings the tables to the newest version, each step once, in order, recorded in the table `migrations`.
 * @throws HISTORY_UNAVAILABLE when a newer program has written the history
 */
export async function migrate(client: ClickHouseClient, log: Logger): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (
      version UInt32, name String, applied_at DateTime DEFAULT now()
    ) ENGINE = ReplacingMergeTree ORDER BY version`,
  })
  const answer = await client.query({
    query: 'SELECT max(version) AS version FROM migrations',
    format: 'JSONEachRow',
  })
  const [{ version: present } = { version: 0 }] = await answer.json<{ version: number }>()
  const newest = MIGRATIONS.at(-1)!.version
  if (present > newest) {
    throw new SightlineError(
      'HISTORY_UNAVAILABLE',
      `the history has version ${present}, this program knows ${newest}`,
      {
        hint: 'A newer Sightline has written it: run that one, or use another --data folder.',
      },
    )
  }
  for (const { version, name, statements } of MIGRATIONS.filter((step) => step.version > present)) {
    for (const query of statements) await client.command({ query })
    await client.insert({ table: 'migrations', values: [{ version, name }], format: 'JSONEachRow' })
    log.info({ version, name }, 'history migrated')
  }
}
