import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type {
  CamerasRequest,
  Companion,
  CompanionsRequest,
  VendorPictureQuery,
  VendorSearchAnswer,
  VendorSearchRequest,
} from '@sightline/schemas/vendor-search'
import type { ReadBatch } from './batch.ts'
import { type CandidateRow, companionsStatement, rankCompanions } from './companions.ts'
import { cursorOf } from './cursor.ts'
import { openEmbedded } from './embedded.ts'
import type { Engine } from './engine.ts'
import { alterTable, type Layout, layoutOf } from './layout.ts'
import { migrate } from './migrations.ts'
import { openRegistrations, type Registrations } from './registrations.ts'
import { READ_COLUMNS, type ReadRow, readOfRow } from './rows.ts'
import { limitsOf, SEARCH_LIMITS, type SearchLimits, searchStatement, spansOf } from './search.ts'
import { openServer } from './server.ts'
import { READS_TABLES } from './tables.ts'

/** A query as received; the vendor's own record (AUD-4). */
export interface ReceivedQuery {
  /** Milliseconds since 1970. */
  receivedAt: number
  /** Who asked: the agency with that token. */
  client: string
  request: VendorSearchRequest | CamerasRequest | CompanionsRequest | VendorPictureQuery
  results: number
}

/** The vendor's history of reads. Every method throws HISTORY_UNAVAILABLE when ClickHouse fails. */
export interface History {
  readonly registrations: Registrations
  /** Writes new reads, in one statement. */
  insert(batch: ReadBatch): Promise<void>
  /** Writes the reads that are missing: for use after an attempt with an unknown outcome. */
  insertMissing(batch: ReadBatch): Promise<void>
  /**
   * Reads in [from, to), newest first, only from cameras in the United States (CAP-5).
   * @throws MESSAGE_INVALID for an unknown cursor, NOT_FOUND for an address without a camera, SEARCH_TOO_LARGE when it
   * costs more than one search may
   */
  search(request: VendorSearchRequest): Promise<Pick<VendorSearchAnswer, 'reads' | 'nextCursor'>>
  /** Vehicles that travel along with a plate, ranked against chance (QRY-10). @throws SEARCH_TOO_LARGE */
  companions(request: CompanionsRequest): Promise<Companion[]>
  /** Records a received query. */
  recordQuery(query: ReceivedQuery): Promise<void>
  /** Drops whole years that are too old, and makes the engine do so from now on. @param years to keep */
  retain(years: number, now: number): Promise<void>
  /** Throws if ClickHouse does not answer. */
  ping(): Promise<void>
  /** Rows of a statement. */
  select<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]>
  /** A statement without rows. */
  command(query: string): Promise<void>
  /** Inserts rows into a table, in one statement. */
  insertRows(table: string, rows: readonly object[]): Promise<void>
  /**
   * Ends everything a server still does for an attempt with an unknown outcome; call it before writing what is missing.
   */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Opens the history and updates its tables. @throws as `openClickHouse` and `migrate`, CONFIG_INVALID */
export async function openHistory(
  place: HistoryPlace,
  log: Logger,
  limits: SearchLimits = SEARCH_LIMITS,
): Promise<History> {
  const layout = layoutOf(place.cluster)
  const engine = await openClickHouse(place, layout)
  try {
    await migrate(engine, layout, log)
    return historyOf(engine, layout, await openRegistrations(engine), limits)
  } catch (cause) {
    await engine.close()
    throw unavailable(cause)
  }
}

function historyOf(
  engine: Engine,
  layout: Layout,
  registrations: Registrations,
  limits: SearchLimits,
): History {
  const fail = (cause: unknown): never => {
    throw unavailable(cause)
  }
  const insertRows = async (table: string, rows: readonly object[]) => {
    if (rows.length > 0) await engine.insertRows(table, rows).catch(fail)
  }
  const select = <Row>(query: string, params: Record<string, unknown> = {}): Promise<Row[]> =>
    engine.select<Row>(query, params).catch(fail)
  const command = async (query: string) => {
    await engine.command(query).catch(fail)
  }
  const insertLines = async (table: string, lines: Buffer) => {
    if (lines.length > 0) await engine.insertLines(table, COLUMNS, lines).catch(fail)
  }
  const settle = () => engine.settle().catch(fail)
  return {
    registrations,
    select,
    command,
    insertRows,
    settle,
    insert: async (batch) => insertLines('reads_in', await batch.lines().catch(fail)),
    insertMissing: async (batch) => {
      const lines = (await batch.lines().catch(fail)).toString().split('\n').slice(0, -1)
      if (lines.length === 0) return
      await settle()
      const keys = lines.map(keyOfLine)
      const instants = keys.map(({ seenAt }) => seenAt).sort()
      const params = {
        from: instants[0],
        to: instants.at(-1),
        plates: [...new Set(keys.map(({ plate }) => plate))],
      }
      for (const table of READS_TABLES) {
        const there = new Set((await select<{ key: string }>(keysIn(table), params)).map(({ key }) => key))
        const missing = lines.filter((_, i) => !there.has(keys[i]!.key))
        await insertLines(table, Buffer.from(missing.map((line) => `${line}\n`).join('')))
      }
    },
    search: async (request) => {
      const rows: ReadRow[] = []
      for (const span of spansOf(request)) {
        const wanted = request.limit + 1 - rows.length
        const { sql, params } = searchStatement(request, span, wanted, registrations.all())
        rows.push(...(await select<ReadRow>(`${sql} ${limitsOf(limits)}`, params).catch(tooLarge)))
        if (rows.length > request.limit) break
      }
      const page = rows.slice(0, request.limit)
      const last = page.at(-1)
      return {
        // A read that the stream delivered twice is one read.
        reads: page
          .filter((row, i) => i === 0 || !isSameRead(row, page[i - 1]!))
          .map((row) => readOfRow(row, registrations.byNumber(row.reader))),
        nextCursor:
          last && rows.length > page.length ? cursorOf({ ...last, seenAt: Date.parse(last.seen_at) }) : null,
      }
    },
    companions: async (request) => {
      const { sql, params } = companionsStatement(request)
      return rankCompanions(
        await select<CandidateRow>(`${sql} ${limitsOf(limits)}`, params).catch(tooLarge),
        registrations,
        request.limit,
      )
    },
    recordQuery: async ({ receivedAt, client, request, results }) => {
      const { plate = '', cursor = '' } = request as Partial<VendorSearchRequest>
      // An image belongs to one instant; the list of cameras to the moment of the question.
      const at = 'seenAt' in request ? request.seenAt : new Date(receivedAt).toISOString()
      const { from, to, limit } = 'limit' in request ? request : { from: at, to: at, limit: 1 }
      await insertRows('queries', [
        {
          received_at: new Date(receivedAt).toISOString(),
          client,
          plate,
          from_at: from,
          to_at: to,
          page_limit: limit,
          page_cursor: cursor,
          request: JSON.stringify(request),
          results,
        },
      ])
    },
    retain: async (years, now) => {
      const oldest = new Date(now).getUTCFullYear() - years
      for (const table of READS_TABLES) {
        const parts = await select<{ year: number }>(
          `SELECT DISTINCT toYear(seen_at) AS year FROM ${table} WHERE toYear(seen_at) < {oldest:UInt16}`,
          { oldest },
        )
        for (const { year } of parts) await command(alterTable(layout, table, `DROP PARTITION ${year}`))
        await command(alterTable(layout, table, `MODIFY TTL toDateTime(seen_at) + INTERVAL ${years} YEAR`))
      }
    },
    ping: async () => {
      await select('SELECT 1')
    },
    close: engine.close,
  }
}

const COLUMNS = READ_COLUMNS.split(', ') as [string, ...string[]]

/** Plate, instant and camera of reads, in the format of their lines. */
const keysIn = (table: string) =>
  `SELECT concat(plate, '\\t', toString(seen_at), '\\t', toString(reader)) AS key FROM ${table}
  WHERE plate IN {plates:Array(String)} AND seen_at BETWEEN toDateTime64({from:String}, 3, 'UTC') AND toDateTime64({to:String}, 3, 'UTC')
    AND toDate(seen_at) BETWEEN toDate({from:String}) AND toDate({to:String})`

function keyOfLine(line: string) {
  const [plate, seenAt, reader] = line.split('\t', 3) as [string, string, string]
  return { plate, seenAt, key: `${plate}\t${seenAt}\t${reader}` }
}

const isSameRead = (a: ReadRow, b: ReadRow) =>
  a.seen_at === b.seen_at && a.reader === b.reader && a.plate === b.plate

/** ClickHouse codes of a statement that reaches a limit: rows, time, memory. */
const LIMITS: Readonly<Record<string, string>> = {
  '158': 'it would have to examine too many reads',
  '159': 'it takes too long',
  '241': 'it needs too much memory',
}

/** @throws SEARCH_TOO_LARGE for a limit, otherwise the given error */
function tooLarge(thrown: unknown): never {
  const code = String(((thrown as SightlineError).cause as { code?: unknown } | undefined)?.code)
  const reason = LIMITS[code]
  if (!reason) throw thrown
  throw new SightlineError('SEARCH_TOO_LARGE', `the vendor cannot answer this search: ${reason}`, {
    cause: thrown,
    hint: 'Search a shorter time, a smaller area, or give more characters at the beginning of the plate.',
  })
}

export interface HistoryPlace {
  /** Folder of the embedded engine's data; used without `url`. */
  directory: string
  /** Address of a ClickHouse server, e.g. `http://user:password@clickhouse:8123/sightline`. */
  url?: string | undefined
  /** Name of the server's cluster in its configuration. */
  cluster?: string | undefined
}

/**
 * Opens the engine of the history: a server if there is a `url`, else ClickHouse inside this process.
 * @throws HISTORY_IN_USE when another process has the folder open, HISTORY_UNAVAILABLE when the server refuses or does
 * not answer, or the folder cannot be opened, CONFIG_INVALID for an invalid URL
 */
export async function openClickHouse({ url, directory }: HistoryPlace, layout: Layout = {}): Promise<Engine> {
  try {
    return await (url ? openServer(url, layout) : openEmbedded(directory))
  } catch (cause) {
    throw unavailable(cause)
  }
}

/** Converts the error of a failed statement; a SightlineError stays as it is. */
function unavailable(cause: unknown): SightlineError {
  if (cause instanceof SightlineError) return cause
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new SightlineError('HISTORY_UNAVAILABLE', `ClickHouse failed: ${firstLine(reason)}`, {
    cause,
    hint: 'Check that the server in CLICKHOUSE_URL runs and accepts the user, or unset it to use the embedded engine.',
  })
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 300)
