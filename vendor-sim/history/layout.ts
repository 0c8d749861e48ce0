import { SightlineError } from '@sightline/schemas/errors'

/** How the tables are stored in ClickHouse: on one engine (embedded or a server), or on every node of a cluster. */
export interface Layout {
  /** Name of the cluster in the server's configuration; a single engine without it. */
  cluster?: string | undefined
}

interface Table {
  name: string
  columns: string
  /** ORDER BY and everything else after the engine. */
  rest: string
  /** How rows are distributed over shards; without it every node has the whole table. */
  shardBy?: string
}

/** @throws CONFIG_INVALID for an invalid name */
export function layoutOf(cluster: string | undefined): Layout {
  if (cluster === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(cluster)) return { cluster }
  throw new SightlineError(
    'CONFIG_INVALID',
    'the name of the ClickHouse cluster contains characters other than letters and digits',
    {
      hint: "CLICKHOUSE_CLUSTER must be a name from remote_servers in the server's configuration.",
    },
  )
}

/**
 * The statements that create a table. On a cluster each shard's replicas share a `Replicated…` table `NAME_local`,
 * under `NAME`, the `Distributed` table that statements name; a table that is small and the same everywhere is
 * replicated over all nodes instead.
 */
export function createTable({ cluster }: Layout, { name, columns, rest, shardBy }: Table): string[] {
  const create = (as: string) => `CREATE TABLE IF NOT EXISTS ${as}`
  if (cluster === undefined) return [`${create(name)} (${columns}) ENGINE = MergeTree ${rest}`]
  const replicated = (shard: string) =>
    `ReplicatedMergeTree('/clickhouse/{database}/${name}/${shard}', '{replica}')`
  const on = `ON CLUSTER '${cluster}'`
  if (!shardBy) {
    // One path for all shards: each node is a replica of the whole.
    const engine = `ReplicatedMergeTree('/clickhouse/{database}/${name}', '{shard}-{replica}')`
    return [`${create(name)} ${on} (${columns}) ENGINE = ${engine} ${rest}`]
  }
  return [
    `${create(`${name}_local`)} ${on} (${columns}) ENGINE = ${replicated('{shard}')} ${rest}`,
    `${create(name)} ${on} AS ${name}_local ENGINE = Distributed('${cluster}', currentDatabase(), '${name}_local', ${shardBy})`,
  ]
}

/** The statements that create a table that stores nothing and passes inserted rows on to others with its columns. */
export function createInlet({ cluster }: Layout, name: string, into: readonly string[]): string[] {
  const on = cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${on} AS ${into[0]} ENGINE = Null`,
    ...into.map(
      (table) =>
        `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}_to_${table}${on} TO ${table} AS SELECT * FROM ${name}`,
    ),
  ]
}

/** A statement that changes a table's partitions must name the table that contains them, on every node. */
export const alterTable = ({ cluster }: Layout, name: string, change: string): string =>
  cluster === undefined
    ? `ALTER TABLE ${name} ${change}`
    : `ALTER TABLE ${name}_local ON CLUSTER '${cluster}' ${change}`

/**
 * The statements that change a table's columns wherever it is.
 * @param isWhole each node of a cluster has the whole table: it has no distributed one over it
 */
export function alterAll(
  { cluster, isWhole = false }: Layout & { isWhole?: boolean },
  name: string,
  change: string,
): string[] {
  if (cluster === undefined) return [`ALTER TABLE ${name} ${change}`]
  const names = isWhole ? [name] : [`${name}_local`, name]
  return names.map((table) => `ALTER TABLE ${table} ON CLUSTER '${cluster}' ${change}`)
}

export const dropTable = ({ cluster }: Layout, name: string): string =>
  `DROP TABLE IF EXISTS ${name}${cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`} SYNC`

/**
 * Kills all statements whose id has the prefix, except some, and returns when they have ended. An id is found on other
 * nodes too: parts of the statement there carry it as the initial one.
 */
export const killStatement = ({ cluster }: Layout, prefix: string, except: readonly string[]): string =>
  `KILL QUERY${cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`} WHERE startsWith(initial_query_id, ${quoteText(prefix)})${
    except.length === 0 ? '' : ` AND initial_query_id NOT IN (${except.map(quoteText)})`
  } SYNC`

const quoteText = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
