import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '../../runtime/log.ts'
import { SightlineError } from '../../schemas/errors.ts'
import type { Read } from '../../schemas/read.ts'
import type {
  Companion,
  CompanionsRequest,
  VendorSearchAnswer,
  VendorSearchRequest,
} from '../../schemas/vendor-search.ts'
import { type HistoryPlace, openClickHouse, unavailable } from './client.ts'
import { type CandidateRow, companionsStatement, rankCompanions } from './companions.ts'
import { cursorOf } from './cursor.ts'
import { alterTable, type Layout, layoutOf } from './layout.ts'
import { migrate } from './migrations.ts'
import { openReaders, type Readers, readerOf } from './readers.ts'
import { READ_COLUMNS, type ReadRow, readOfRow, rowOf } from './rows.ts'
import { searchStatement } from './search.ts'

/** A query as it was received; the vendor's own record (AUD-4). */
export interface ReceivedQuery {
  /** Milliseconds since 1970. */
  receivedAt: number
  /** Who asked: the agency whose token it was. */
  client: string
  request: VendorSearchRequest | CompanionsRequest
  results: number
}

/** The vendor's history of reads. Every method throws HISTORY_UNAVAILABLE when ClickHouse fails. */
export interface History {
  readonly readers: Readers
  /** Writes reads: one statement, for new reads. */
  insert(reads: readonly Read[]): Promise<void>
  /** Writes those of the reads that are not there: after an attempt whose end nobody knows. */
  insertMissing(reads: readonly Read[]): Promise<void>
  /**
   * Reads in [from, to), newest first, of cameras in the United States only (CAP-5).
   * @throws MESSAGE_INVALID for a cursor that no answer has given, NOT_FOUND for an address without a reader,
   * SEARCH_TOO_LARGE when it costs more than one search may
   */
  search(request: VendorSearchRequest): Promise<Pick<VendorSearchAnswer, 'reads' | 'nextCursor'>>
  /** Who travels along with a plate, ranked against chance (QRY-10). @throws SEARCH_TOO_LARGE */
  companions(request: CompanionsRequest): Promise<Companion[]>
  /** Keeps a received query. */
  recordQuery(query: ReceivedQuery): Promise<void>
  /** Drops whole years that are out of date, and has the engine do so from now on. @param years to keep */
  retain(years: number, now: number): Promise<void>
  /** Throws unless ClickHouse answers. */
  ping(): Promise<void>
  /** Rows of a statement. */
  select<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]>
  /** A statement without rows. */
  command(query: string): Promise<void>
  /** Rows into a table, one statement. */
  insertRows(table: string, rows: readonly object[]): Promise<void>
  close(): Promise<void>
}

/** Opens the history and brings its tables up to date. @throws as `openClickHouse` and `migrate`, CONFIG_INVALID */
export async function openHistory(place: HistoryPlace, log: Logger): Promise<History> {
  const layout = layoutOf(place.cluster)
  const client = await openClickHouse(place)
  try {
    await migrate(client, layout, log)
    return historyOf(client, layout, await openReaders(client))
  } catch (cause) {
    await client.close()
    throw unavailable(cause)
  }
}

function historyOf(client: ClickHouseClient, layout: Layout, readers: Readers): History {
  const failed = (cause: unknown): never => {
    throw unavailable(cause)
  }
  const insertRows = async (table: string, rows: readonly object[]) => {
    if (rows.length > 0) await client.insert({ table, values: rows, format: 'JSONEachRow' }).catch(failed)
  }
  const select = async <Row>(query: string, params: Record<string, unknown> = {}): Promise<Row[]> => {
    try {
      return await (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
    } catch (cause) {
      return failed(cause)
    }
  }
  const command = async (query: string) => {
    await client.command({ query }).catch(failed)
  }
  const insertReads = async (reads: readonly Read[], there: ReadonlySet<string> = new Set()) => {
    const numbers = await readers.register(reads.map(readerOf)).catch(failed)
    const rows = reads.flatMap((read, i) => {
      const reader = numbers[i]!
      return there.has(keyOf(read, reader)) ? [] : [rowOf(read, reader)]
    })
    if (rows.length === 0) return
    const columns = READ_COLUMNS.split(', ') as [string, ...string[]]
    await client.insert({ table: 'reads', columns, values: rows, format: 'JSONCompactEachRow' }).catch(failed)
  }
  return {
    readers,
    select,
    command,
    insertRows,
    insert: insertReads,
    insertMissing: async (reads) => {
      if (reads.length === 0) return
      const times = reads.map(({ seenAt }) => Date.parse(seenAt))
      const rows = await select<{ key: string }>(THERE, {
        from: times.reduce((a, b) => Math.min(a, b)),
        to: times.reduce((a, b) => Math.max(a, b)),
        plates: [...new Set(reads.map(({ plate }) => plate))],
      })
      await insertReads(reads, new Set(rows.map(({ key }) => key)))
    },
    search: async (request) => {
      const { sql, params } = searchStatement(request, readers.all())
      const rows = await select<ReadRow>(sql, params).catch(tooLarge)
      const page = rows.slice(0, request.limit)
      const last = page.at(-1)
      return {
        reads: page.map((row) => readOfRow(row, readers.byNumber(row.reader))),
        nextCursor:
          last && rows.length > page.length ? cursorOf({ ...last, seenAt: Date.parse(last.seen_at) }) : null,
      }
    },
    companions: async (request) => {
      const { sql, params } = companionsStatement(request)
      return rankCompanions(await select<CandidateRow>(sql, params).catch(tooLarge), readers, request.limit)
    },
    recordQuery: async ({ receivedAt, client, request, results }) => {
      const { plate = '', from, to, limit, cursor = '' } = request as VendorSearchRequest
      await insertRows('queries', [
        {
          ...{ received_at: new Date(receivedAt).toISOString(), client, plate, from_at: from, to_at: to },
          ...{ page_limit: limit, page_cursor: cursor, request: JSON.stringify(request), results },
        },
      ])
    },
    retain: async (years, now) => {
      const oldest = new Date(now).getUTCFullYear() - years
      const parts = await select<{ year: number }>(
        'SELECT DISTINCT toYear(seen_at) AS year FROM reads WHERE toYear(seen_at) < {oldest:UInt16}',
        { oldest },
      )
      for (const { year } of parts) await command(alterTable(layout, 'reads', `DROP PARTITION ${year}`))
      await command(alterTable(layout, 'reads', `MODIFY TTL toDateTime(seen_at) + INTERVAL ${years} YEAR`))
    },
    ping: async () => {
      await select('SELECT 1')
    },
    close: () => client.close(),
  }
}

/** The key of a row as `THERE` spells it. */
const keyOf = ({ plate, seenAt }: Read, reader: number) => `${plate} ${Date.parse(seenAt)} ${reader}`

const THERE = `SELECT concat(plate, ' ', toString(toUnixTimestamp64Milli(seen_at)), ' ', toString(reader)) AS key FROM reads
  WHERE plate IN {plates:Array(String)} AND seen_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND seen_at <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')`

/** Codes of ClickHouse for a statement that reaches a limit: rows, time, memory. */
const LIMITS: Readonly<Record<string, string>> = {
  '158': 'it would have to look at too many reads',
  '159': 'it takes too long',
  '241': 'it needs too much memory',
}

/** @throws SEARCH_TOO_LARGE for a limit, what it was given otherwise */
function tooLarge(thrown: unknown): never {
  const code = String(((thrown as SightlineError).cause as { code?: unknown } | undefined)?.code)
  const reason = LIMITS[code]
  if (!reason) throw thrown
  throw new SightlineError('SEARCH_TOO_LARGE', `the vendor does not answer this search: ${reason}`, {
    cause: thrown,
    hint: 'Ask for less time, a smaller area, or more characters at the beginning of the plate.',
  })
}
