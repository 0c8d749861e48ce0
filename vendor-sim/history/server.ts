import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { type ClickHouseClient, type ClickHouseSettings, createClient } from '@clickhouse/client'
import { SightlineError } from '@sightline/schemas/errors'
import { COMMON, type Engine, LINES, rowsOf } from './engine.ts'
import { killStatement, type Layout } from './layout.ts'

/** How long a server may take, milliseconds. */
export const SERVER_LIMITS = {
  /** A read or an insert: from the last byte sent to the answer. */
  answer: 30_000,
  /** A long statement has no end of its own, but its server gives a sign of life so often; three missing ones are too many. */
  signOfLife: 10_000,
}

export type ServerLimits = typeof SERVER_LIMITS

/** Room for the signs of life of a day: each is one more line among the headers of the answer. */
const HEADER_BYTES = 4_000_000

/**
 * Reads are readonly, without which a server does not end those whose client has gone; their time is limited there
 * as well. The answer is held back until it is whole: else a statement that fails half-way has said 200 before.
 */
const readSettings = ({ answer }: ServerLimits): ClickHouseSettings => ({
  readonly: '2',
  cancel_http_readonly_queries_on_client_close: 1,
  max_execution_time: Math.ceil(answer / 1000),
  wait_end_of_query: 1,
})

/** Batches are made here; a server (from 26.2 on, by default) would collect them once more. */
const WRITES: ClickHouseSettings = { async_insert: 0 }

/** A statement is told of success when all shards have the rows; a subquery is done once, for all of them. */
const ON_CLUSTER: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'global',
}

/** A server does the statements of one client side by side. */
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
    /** Writes that somebody waits for. */
    const underWay = new Set<string>()
    const write = async (work: (statement: Named) => Promise<unknown>) => {
      const id = `${prefix}${randomUUID()}`
      underWay.add(id)
      try {
        // Rows that are equal to those of another statement are not a repetition of it: who repeats, looks before.
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
      ...{ ...COMMON, url, request_timeout: timeout, clickhouse_settings: settings },
      max_response_headers_size: HEADER_BYTES,
      // A batch's plates are longer than an address may be.
      use_multipart_params_auto: true,
      // A connection that was idle too long is dropped when it is wanted: timers come late in a busy process.
      keep_alive: { eagerly_destroy_stale_sockets: true },
    })
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', 'the address of the ClickHouse server is not a URL', {
      cause,
      hint: 'CLICKHOUSE_URL looks like http://user:password@host:8123/database.',
    })
  }
}

/** A server may close an idle connection at the instant at which it is used again; what only reads is asked once more. */
async function onceMoreIfBroken<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!BROKEN.has(String((error as { code?: unknown }).code))) throw error
    return read()
  }
}

const BROKEN = new Set(['ECONNRESET', 'EPIPE'])
