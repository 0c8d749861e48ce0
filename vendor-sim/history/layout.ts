import { SightlineError } from '@sightline/schemas/errors'

/** How the tables stand in ClickHouse: on one engine (embedded or a server), or on every node of a cluster. */
export interface Layout {
  /** Name of the cluster in the server's configuration; one engine without it. */
  cluster?: string | undefined
}

interface Table {
  name: string
  columns: string
  /** ORDER BY and what else follows the engine. */
  rest: string
  /** How rows are spread over shards; without it every node holds all of the table. */
  shardBy?: string
}

/** @throws CONFIG_INVALID when the name is none */
export function layoutOf(cluster: string | undefined): Layout {
  if (cluster === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(cluster)) return { cluster }
  throw new SightlineError(
    'CONFIG_INVALID',
    'the name of the ClickHouse cluster has other than letters and digits',
    {
      hint: 'CLICKHOUSE_CLUSTER is a name of remote_servers in the configuration of the server.',
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

/** The statements that create a table that keeps nothing and hands what is inserted on to others of its columns. */
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

/** A statement that changes a table's parts has to name the table that has them, on every node. */
export const alterTable = ({ cluster }: Layout, name: string, change: string): string =>
  cluster === undefined
    ? `ALTER TABLE ${name} ${change}`
    : `ALTER TABLE ${name}_local ON CLUSTER '${cluster}' ${change}`

export const dropTable = ({ cluster }: Layout, name: string): string =>
  `DROP TABLE IF EXISTS ${name}${cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`} SYNC`

/**
 * Ends all statements whose id begins so, but for some, and comes back when they have ended. An id is found on other
 * nodes too: the parts of a statement there carry it as the initial one.
 */
export const killStatement = ({ cluster }: Layout, prefix: string, except: readonly string[]): string =>
  `KILL QUERY${cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`} WHERE startsWith(initial_query_id, ${quoted(prefix)})${
    except.length === 0 ? '' : ` AND initial_query_id NOT IN (${except.map(quoted)})`
  } SYNC`

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
