import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { type ClickHouseClient, type ClickHouseSettings, createClient } from '@clickhouse/client'
import { SightlineError } from '@sightline/schemas/errors'
import { COMMON, type Engine, LINES, rowsOf } from './engine.ts'
import { killStatement, type Layout } from './layout.ts'

/** Time limits of a server, milliseconds. */
export const SERVER_LIMITS = {
  /** A read or an insert: from the last byte sent to the answer. */
  answer: 30_000,
  /**
   * A long statement has no limit of its own, but its server sends a progress header this often; three missing ones are
   * too many.
   */
  signOfLife: 10_000,
}

export type ServerLimits = typeof SERVER_LIMITS

/** Space for a day's progress headers: each is one more line in the headers of the answer. */
const HEADER_BYTES = 4_000_000

/**
 * Reads are readonly; otherwise a server does not end a statement whose client has gone. Their time is limited there as
 * well. The answer is held back until it is complete; otherwise a statement that fails halfway has already answered
 * 200.
 */
const readSettings = ({ answer }: ServerLimits): ClickHouseSettings => ({
  readonly: '2',
  cancel_http_readonly_queries_on_client_close: 1,
  max_execution_time: Math.ceil(answer / 1000),
  wait_end_of_query: 1,
})

/** Batches are made here; a server (from 26.2, by default) would collect them again. */
const WRITES: ClickHouseSettings = { async_insert: 0 }

/** A statement succeeds only when all shards have the rows; a subquery runs once, for all of them. */
const ON_CLUSTER: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'global',
}

/** A server runs the statements of one client in parallel. */
export async function openServer(
  url: string,
  layout: Layout,
  limits: ServerLimits = SERVER_LIMITS,
): Promise<Engine> {
  const clients: ClickHouseClient[] = []
  const clientOf = (timeout: number, settings: ClickHouseSettings) => {
    const client = clientAt(url, timeout, {
      ...COMMON.clickhouse_settings,
      ...settings,
      ...(layout.cluster !== undefined && ON_CLUSTER),
    })
    clients.push(client)
    return client
  }
  const close = async () => {
    for (const client of clients) await client.close()
  }
  const reading = clientOf(limits.answer, readSettings(limits))
  const writing = clientOf(limits.answer, WRITES)
  const working = clientOf(3 * limits.signOfLife, {
    ...WRITES,
    send_progress_in_http_headers: 1,
    http_headers_progress_interval_ms: String(limits.signOfLife),
  })
  try {
    const [row] = await rowsOf<{ database: string }>(reading, 'SELECT currentDatabase() AS database')
    const prefix = `sightline/${row!.database}/`
    /** Writes in progress. */
    const underWay = new Set<string>()
    const write = async (work: (statement: Named) => Promise<unknown>) => {
      const id = `${prefix}${randomUUID()}`
      underWay.add(id)
      try {
        // Rows equal to those of another statement are not a repetition of it: before repeating, the program checks.
        await work({ query_id: id, clickhouse_settings: { insert_deduplication_token: id } })
      } finally {
        underWay.delete(id)
      }
    }
    return {
      select: <Row>(query: string, params?: Record<string, unknown>) =>
        onceMoreIfBroken(() => rowsOf<Row>(reading, query, params)),
      insertRows: (table, values) =>
        write((named) => writing.insert({ table, values, format: 'JSONEachRow', ...named })),
      insertLines: (table, columns, lines) =>
        write((named) => {
          const values = Readable.from(lines, { objectMode: false })
          return writing.insert({ table, columns, values, format: LINES, ...named })
        }),
      command: (query) => write((named) => working.command({ query, ...named })),
      settle: async () => {
        await working.command({ query: killStatement(layout, prefix, [...underWay]) })
      },
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

interface Named {
  query_id: string
  clickhouse_settings: ClickHouseSettings
}

/** @throws CONFIG_INVALID */
function clientAt(url: string, timeout: number, settings: ClickHouseSettings): ClickHouseClient {
  try {
    return createClient({
      ...COMMON,
      url,
      request_timeout: timeout,
      clickhouse_settings: settings,
      max_response_headers_size: HEADER_BYTES,
      // A batch's plates do not fit into a URL.
      use_multipart_params_auto: true,
      // Drops a connection that was idle too long when it is needed: timers fire late in a busy process.
      keep_alive: { eagerly_destroy_stale_sockets: true },
    })
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', 'the address of the ClickHouse server is not a valid URL', {
      cause,
      hint: 'CLICKHOUSE_URL must look like http://user:password@host:8123/database.',
    })
  }
}

/** A server may close an idle connection at the moment it is reused; a read-only request is repeated once. */
async function onceMoreIfBroken<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!BROKEN.has(String((error as { code?: unknown }).code))) throw error
    return read()
  }
}

const BROKEN = new Set(['ECONNRESET', 'EPIPE'])
