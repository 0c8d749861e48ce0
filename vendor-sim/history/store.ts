import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from '../../runtime/log.ts'
import type { Read } from '../../schemas/read.ts'
import type { VendorSearchAnswer, VendorSearchRequest } from '../../schemas/vendor-search.ts'
import { type HistoryPlace, openClickHouse, unavailable } from './client.ts'
import { cursorOf, parseCursor } from './cursor.ts'
import { migrate } from './migrations.ts'
import { type ReadRow, readOfRow, rowOf } from './rows.ts'

/** A search as it was received; the vendor's own record (AUD-4). */
export interface ReceivedQuery {
  /** Milliseconds since 1970. */
  receivedAt: number
  /** Who asked: the name of the token. */
  client: string
  request: VendorSearchRequest
  results: number
}

/** The vendor's history of reads. Every method throws HISTORY_UNAVAILABLE when ClickHouse fails. */
export interface History {
  /** Writes reads; a read that is there already stays one read. */
  insert(reads: readonly Read[]): Promise<void>
  /**
   * Reads of one plate in [from, to), newest first, of cameras in the United States only (CAP-5).
   * @throws MESSAGE_INVALID for a cursor that no answer has given
   */
  search(request: VendorSearchRequest): Promise<Pick<VendorSearchAnswer, 'reads' | 'nextCursor'>>
  /** Keeps a received query. */
  recordQuery(query: ReceivedQuery): Promise<void>
  /** Days of a world that are completely written. */
  seededDays(world: string): Promise<Set<number>>
  /** Records a day of a world as completely written. @param reads how many it has @param at milliseconds since 1970 */
  markSeeded(world: string, day: number, reads: number, at: number): Promise<void>
  /** Throws unless ClickHouse answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Opens the history and brings its tables up to date. @throws as `openClickHouse` and `migrate` */
export async function openHistory(place: HistoryPlace, log: Logger): Promise<History> {
  const client = await openClickHouse(place)
  try {
    await migrate(client, log)
  } catch (cause) {
    await client.close()
    throw unavailable(cause)
  }
  return historyOf(client)
}

function historyOf(client: ClickHouseClient): History {
  const insert = (table: string, values: readonly object[]) =>
    client.insert({ table, values, format: 'JSONEachRow' }).catch((cause) => {
      throw unavailable(cause)
    })
  const select = async <Row>(query: string, params: Record<string, unknown> = {}): Promise<Row[]> => {
    try {
      const answer = await client.query({ query, query_params: params, format: 'JSONEachRow' })
      return await answer.json<Row>()
    } catch (cause) {
      throw unavailable(cause)
    }
  }
  return {
    insert: async (reads) => {
      if (reads.length > 0) await insert('reads', reads.map(rowOf))
    },
    search: async (request) => {
      const { limit } = request
      const after = request.cursor === undefined ? undefined : parseCursor(request.cursor)
      const rows = await select<ReadRow>(SEARCH, {
        plate: request.plate,
        from: Date.parse(request.from),
        to: Date.parse(request.to),
        afterSeenAt: after?.seenAt ?? Date.parse(request.to),
        afterId: after?.id ?? '',
        limit: limit + 1,
      })
      const reads = rows.slice(0, limit).map(readOfRow)
      return { reads, nextCursor: rows.length > limit ? cursorOf(reads.at(-1)!) : null }
    },
    recordQuery: async ({ receivedAt, client, request, results }) => {
      const { plate, from, to, limit, cursor = '' } = request
      await insert('queries', [
        {
          ...{ received_at: new Date(receivedAt).toISOString(), client, plate },
          ...{ from_at: from, to_at: to, page_limit: limit, page_cursor: cursor, results },
        },
      ])
    },
    seededDays: async (world) => {
      const rows = await select<{ day: number }>('SELECT day FROM seeded_days WHERE world = {world:String}', {
        world,
      })
      return new Set(rows.map(({ day }) => day))
    },
    markSeeded: async (world, day, reads, at) => {
      await insert('seeded_days', [{ world, day, reads, seeded_at: new Date(at).toISOString() }])
    },
    ping: async () => {
      await select('SELECT 1')
    },
    close: () => client.close(),
  }
}

/**
 * `LIMIT 1 BY id`: a read that was written twice is one read, merged or not. Instants are passed as
 * milliseconds. The first page starts at (`to`, ''), which nothing in [from, to) comes after.
 */
const SEARCH = `
  SELECT * FROM reads
  WHERE plate = {plate:String}
    AND seen_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND seen_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND (seen_at, id) < (fromUnixTimestamp64Milli({afterSeenAt:Int64}, 'UTC'), {afterId:String})
    AND camera_country = 'US'
  ORDER BY seen_at DESC, id DESC
  LIMIT 1 BY id
  LIMIT {limit:UInt32}`
