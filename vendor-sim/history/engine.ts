import { type ClickHouseClient, ClickHouseLogLevel } from '@clickhouse/client'

/** The engine of the history, embedded or a server. Both use the same SQL; errors are those of the client. */
export interface Engine {
  /** Rows of a read-only statement; people wait for it. */
  select<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]>
  /** Inserts a few rows into a table, in one statement. */
  insertRows(table: string, rows: readonly object[]): Promise<void>
  /** Inserts lines of TabSeparated into a table, as bytes, in one statement. */
  insertLines(table: string, columns: [string, ...string[]], lines: Buffer): Promise<void>
  /** A statement without result rows that may take hours. */
  command(query: string): Promise<void>
  /**
   * After an attempt with an unknown outcome: ends everything that is left of this program's attempts, so that none of
   * them still writes after this returns. The embedded engine ends with its process and leaves nothing.
   */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Common settings of all clients of the engine. */
export const COMMON = {
  /** Instants are written and read in the format of schemas/message.ts. */
  clickhouse_settings: { date_time_input_format: 'best_effort', date_time_output_format: 'iso' },
  /** The client would print failed statements on standard error; the caller reports errors. */
  log: { level: ClickHouseLogLevel.OFF },
} as const

export const LINES = 'TabSeparated'

export async function rowsOf<Row>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, unknown> = {},
): Promise<Row[]> {
  return (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}
