import type { VendorSearchRequest } from '../../schemas/vendor-search.ts'
import { parseCursor } from './cursor.ts'
import { type FoundReaders, readersIn } from './geocode.ts'
import { lookalikePlates } from './lookalike-plates.ts'
import type { NumberedReader } from './readers.ts'
import { READ_COLUMNS } from './rows.ts'

/** What one search may cost the engine; more is refused. */
export const SEARCH_LIMITS = {
  /** Rows that may have to be looked at. */
  rows: 200_000_000,
  seconds: 20,
  bytes: 4_000_000_000,
}

/** At the end of every statement that a customer asks for. */
export const withinLimits = ({ rows, seconds, bytes } = SEARCH_LIMITS) =>
  `SETTINGS max_rows_to_read = ${rows}, max_execution_time = ${seconds}, max_memory_usage = ${bytes}`

export interface Statement {
  readonly sql: string
  readonly params: Record<string, unknown>
}

/** Only readers in the United States; one that is not registered is not (CAP-5). */
export const DOMESTIC = "reader IN (SELECT number FROM readers WHERE country = 'US')"

/** [from, to), and that part of it which comes after a cursor; instants are passed as milliseconds. */
const WINDOW = `seen_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND seen_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND (seen_at, reader, plate) < (fromUnixTimestamp64Milli({afterSeenAt:Int64}, 'UTC'), {afterReader:UInt32}, {afterPlate:String})`

/** `LIMIT 1 BY`: a read that the stream brought twice is one read. */
const PAGE = `ORDER BY seen_at DESC, reader DESC, plate DESC LIMIT 1 BY seen_at, reader, plate LIMIT {limit:UInt32}`

/**
 * The statement that answers a search. By plate the table's own order leads to the rows; by place the projection leads
 * to the keys of one page, and the rest of those rows is looked up by key.
 * @throws MESSAGE_INVALID for a cursor that no answer has given, NOT_FOUND for an address without a reader
 */
export function searchStatement(request: VendorSearchRequest, readers: Iterable<NumberedReader>): Statement {
  const { from, to, limit, cursor, area, vehicle } = request
  const after = cursor === undefined ? undefined : parseCursor(cursor)
  const plates = plateCondition(request)
  const found = area ? readersIn(area, readers) : undefined
  const places = found ? areaCondition(found) : { sql: DOMESTIC, params: {} }
  const params = {
    from: Date.parse(from),
    to: Date.parse(to),
    // The first page starts at (`to`, 0, ''), which nothing in [from, to) comes after.
    afterSeenAt: after?.seenAt ?? Date.parse(to),
    afterReader: after?.reader ?? 0,
    afterPlate: after?.plate ?? '',
    limit: limit + 1,
    ...plates.params,
    ...places.params,
    ...vehicle,
  }
  const conditions = [
    plates.sql,
    places.sql,
    WINDOW,
    ...Object.keys(vehicle ?? {}).map((key) => `${key} = {${key}:String}`),
  ]
  const where = conditions.filter(Boolean).join('\n    AND ')
  const sql = plates.sql
    ? `SELECT ${READ_COLUMNS} FROM reads WHERE ${where} ${PAGE} ${withinLimits()}`
    : `SELECT ${READ_COLUMNS} FROM reads
    WHERE seen_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND seen_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND (plate, seen_at, reader) IN (SELECT plate, seen_at, reader FROM reads WHERE ${where} ${PAGE})
    ${PAGE} ${withinLimits()}`
  return { sql, params }
}

function plateCondition({ plate, match, pattern }: VendorSearchRequest): Statement {
  if (pattern !== undefined) {
    return {
      sql: 'plate LIKE {pattern:String}',
      params: { pattern: pattern.replaceAll('?', '_').replaceAll('*', '%') },
    }
  }
  if (plate === undefined) return { sql: '', params: {} }
  return match === 'ocr'
    ? { sql: 'plate IN {plates:Array(String)}', params: { plates: lookalikePlates(plate) } }
    : { sql: 'plate = {plate:String}', params: { plate } }
}

function areaCondition({ fixed, roaming, shape }: FoundReaders): Statement {
  const there = 'reader IN {fixed:Array(UInt32)}'
  if (!shape || roaming.length === 0) return { sql: there, params: { fixed } }
  const micro = (degrees: number) => Math.round(degrees * 1e6)
  return {
    sql: `(${there} OR (reader IN {roaming:Array(UInt32)}
      AND lat BETWEEN {south:Int32} AND {north:Int32} AND lon BETWEEN {west:Int32} AND {east:Int32} AND ${shape.sql}))`,
    params: {
      ...{ fixed, roaming, south: micro(shape.south), north: micro(shape.north) },
      ...{ west: micro(shape.west), east: micro(shape.east) },
    },
  }
}
