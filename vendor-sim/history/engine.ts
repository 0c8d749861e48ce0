import { type ClickHouseClient, ClickHouseLogLevel } from '@clickhouse/client'

/** The engine of the history, embedded or a server. Both understand the same SQL; failures are as the client throws them. */
export interface Engine {
  /** Rows of a statement that only reads; people wait for it. */
  select<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]>
  /** A few rows into a table, one statement. */
  insertRows(table: string, rows: readonly object[]): Promise<void>
  /** Lines of TabSeparated into a table, as bytes, one statement. */
  insertLines(table: string, columns: [string, ...string[]], lines: Buffer): Promise<void>
  /** A statement without rows that may take hours. */
  command(query: string): Promise<void>
  /**
   * After an attempt whose end nobody knows: ends what is left of the attempts of this program, so that none of them
   * writes any more once this comes back. The embedded engine dies with its process and leaves nothing.
   */
  settle(): Promise<void>
  close(): Promise<void>
}

/** What all clients of the engine have in common. */
export const COMMON = {
  /** Instants are written and read as schemas/message.ts spells them. */
  clickhouse_settings: { date_time_input_format: 'best_effort', date_time_output_format: 'iso' },
  /** The client would print failed statements on standard error; errors are reported by the caller. */
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
