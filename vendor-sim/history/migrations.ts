import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type { Engine } from './engine.ts'
import { alterAll, dropTable, type Layout } from './layout.ts'
import {
  migrationsTable,
  queriesTable,
  READS_TABLES,
  readsTables,
  registrationsTable,
  seededTable,
  simulationTables,
} from './tables.ts'

interface Migration {
  readonly version: number
  readonly name: string
  /** Each statement may run twice: a process can die between a statement and its record. */
  readonly statements: (layout: Layout) => readonly string[]
}

// cspell:ignore colour
const RENAME_COLOR = 'RENAME COLUMN IF EXISTS colour TO color'

const ADD_LOOK = 'ADD COLUMN IF NOT EXISTS look LowCardinality(String) AFTER color'

/** A view that passes rows on lists its columns by name, so it is dropped before they change and created again. */
const dropInlet = (layout: Layout): string[] =>
  [...READS_TABLES.map((table) => `reads_in_to_${table}`), 'reads_in'].map((name) => dropTable(layout, name))

/**
 * Earlier versions kept reads in other columns. Their reads were simulated and are written again; the record of
 * received queries (AUD-4) stays and gets a new column.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 3,
    name: 'reads by plate and by day, cameras, queries received, the simulated world',
    statements: (layout) => [
      ...['reads', 'reads_local', 'seeded', 'seeded_days'].map((table) => dropTable(layout, table)),
      ...readsTables(layout),
      ...registrationsTable(layout),
      ...seededTable(layout),
      ...simulationTables(layout),
      ...queriesTable(layout),
      'ALTER TABLE queries ADD COLUMN IF NOT EXISTS request String AFTER page_cursor',
    ],
  },
  {
    version: 4,
    name: 'the column of colors in American English',
    statements: (layout) => [
      ...dropInlet(layout),
      ...READS_TABLES.flatMap((table) => alterAll(layout, table, RENAME_COLOR)),
      ...alterAll({ cluster: layout.cluster, isWhole: true }, 'sim_actors', RENAME_COLOR),
      ...readsTables(layout),
    ],
  },
  {
    version: 5,
    name: 'the kind of a vehicle, and which end of it was seen',
    statements: (layout) => [
      ...dropInlet(layout),
      ...READS_TABLES.flatMap((table) => alterAll(layout, table, ADD_LOOK)),
      ...readsTables(layout),
    ],
  },
]

/**
 * Updates the tables to the newest version, each step once, in order, recorded in the table `migrations`.
 * @throws HISTORY_UNAVAILABLE when a newer program has written the history
 */
export async function migrate(engine: Engine, layout: Layout, log: Logger): Promise<void> {
  for (const query of migrationsTable(layout)) await engine.command(query)
  const [{ version: present } = { version: 0 }] = await engine.select<{ version: number }>(
    'SELECT max(version) AS version FROM migrations',
  )
  const newest = MIGRATIONS.at(-1)!.version
  if (present > newest) {
    throw new SightlineError(
      'HISTORY_UNAVAILABLE',
      `the history has version ${present}, but this program only supports version ${newest}`,
      {
        hint: 'A newer Sightline has written it: run that version, or use another --data folder.',
      },
    )
  }
  for (const { version, name, statements } of MIGRATIONS.filter((step) => step.version > present)) {
    for (const query of statements(layout)) await engine.command(query)
    await engine.insertRows('migrations', [{ version, name }])
    log.info({ version, name }, 'migrated the history')
  }
}
