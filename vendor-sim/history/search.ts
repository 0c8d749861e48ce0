import { boundsOf, eastOf } from '@sightline/geometry/area'
import type { Circle, Polygon } from '@sightline/schemas/restrictions'
import { kindsMeant, namesOfColor } from '@sightline/schemas/vehicle-words'
import type { SearchVehicle, VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { LOOKALIKES } from '../world/lookalikes.ts'
import { type CursorPlace, parseCursor } from './cursor.ts'
import { camerasIn, type FoundCameras } from './geocode.ts'
import type { NumberedRegistration } from './registrations.ts'
import { looksOf, READ_COLUMNS } from './rows.ts'
import type { Span } from './seed-plan.ts'

/** Limits of the engine's work for one search; more is refused. */
export const SEARCH_LIMITS = {
  /** Rows that may be examined. */
  rows: 200_000_000,
  seconds: 20,
  bytes: 4_000_000_000,
}

export type SearchLimits = typeof SEARCH_LIMITS

/** Appended to every statement that a customer requests. */
export const limitsOf = ({ rows, seconds, bytes }: SearchLimits) =>
  `SETTINGS max_rows_to_read = ${rows}, max_execution_time = ${seconds}, max_memory_usage = ${bytes}`

export interface Statement {
  readonly sql: string
  readonly params: Record<string, unknown>
}

/** Only cameras in the United States; an unregistered one does not count as one (CAP-5). */
export const DOMESTIC = "reader IN (SELECT number FROM readers WHERE country = 'US')"

const DAY = 86_400_000

/**
 * [from, to) in successive parts, newest first: usually the first one fills a page, at a fraction of the cost. For a
 * place a day, then four; for a pattern half a year and more, which is one or two partitions. A single plate is
 * searched at once: its reads are few granules per year, and asking twice costs more than it saves.
 */
export function spansOf({ plate, pattern, from, to, cursor }: VendorSearchRequest): Span[] {
  const oldest = Date.parse(from)
  const newest = Math.min(Date.parse(to), cursor === undefined ? Infinity : parseCursor(cursor).seenAt + 1)
  const dayOf = (at: number) => Math.floor((at - 1) / DAY) * DAY
  const halfAYearBefore = Date.UTC(new Date(newest - 182 * DAY).getUTCFullYear(), 0)
  const byPlace = [dayOf(newest), dayOf(newest) - 4 * DAY]
  const edges = plate !== undefined ? [] : pattern !== undefined ? [halfAYearBefore] : byPlace
  const starts = [...edges.filter((edge) => edge > oldest && edge < newest), oldest]
  return starts.map((start, i) => ({ from: start, to: i === 0 ? newest : starts[i - 1]! }))
}

/**
 * The statement for one span of a search: by plate from `reads`, else from `reads_by_day`. It lists cameras one by one,
 * so that the engine need not look them up.
 * @param limit maximum number of rows
 * @throws MESSAGE_INVALID for an unknown cursor, NOT_FOUND for an address without a camera
 */
export function searchStatement(
  request: VendorSearchRequest,
  { from, to }: Span,
  limit: number,
  registrations: Iterable<NumberedRegistration>,
): Statement {
  const { cursor, area, region, vehicle } = request
  const plates = plateCondition(request)
  const all = [...registrations]
  const places = area
    ? areaCondition(camerasIn(area, all))
    : { sql: `reader IN (${[0, ...all.filter(isDomestic).map(({ number }) => number)]})`, params: {} }
  const looks = vehicleCondition(vehicle)
  const after = cursor === undefined ? { sql: '', params: {} } : afterCondition(parseCursor(cursor))
  const conditions = [
    plates.sql,
    region === undefined ? '' : "region IN ('', {region:String})",
    places.sql,
    `seen_at >= fromUnixTimestamp64Milli(${from}, 'UTC') AND seen_at < fromUnixTimestamp64Milli(${to}, 'UTC')`,
    // The engine uses the order of `reads_by_day` only if its first column appears in the condition.
    plates.sql ? '' : `toDate(seen_at) BETWEEN '${day(from)}' AND '${day(to - 1)}'`,
    after.sql,
    looks.sql,
  ]
  return {
    sql: `SELECT ${READ_COLUMNS} FROM ${plates.sql ? 'reads' : 'reads_by_day'}
    WHERE ${conditions.filter(Boolean).join('\n    AND ')}
    ORDER BY seen_at DESC, reader DESC, plate DESC LIMIT ${limit}`,
    params: {
      ...plates.params,
      ...places.params,
      ...after.params,
      ...looks.params,
      ...(region && { region }),
    },
  }
}

const isDomestic = ({ camera }: NumberedRegistration) => camera.country === 'US'

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

function afterCondition({ seenAt, reader, plate }: CursorPlace): Statement {
  return {
    sql: `(seen_at, reader, plate) < (fromUnixTimestamp64Milli(${seenAt}, 'UTC'), ${reader}, {afterPlate:String})`,
    params: { afterPlate: plate },
  }
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

/**
 * Colors compare by their basic names, as in the agency's displays: a search for gray also finds silver. A
 * read that says no kind may be of any.
 */
function vehicleCondition({ color, kind, ...others }: SearchVehicle = {}): Statement {
  const conditions = Object.keys(others).map((key) => `${key} = {${key}:String}`)
  if (color !== undefined) conditions.push('lowerUTF8(trimBoth(color)) IN {colors:Array(String)}')
  if (kind !== undefined) conditions.push('look IN {looks:Array(String)}')
  return {
    sql: conditions.join(' AND '),
    params: {
      ...others,
      ...(color !== undefined && { colors: namesOfColor(color) }),
      ...(kind !== undefined && { looks: looksOf(kindsMeant(kind)) }),
    },
  }
}

function areaCondition({ fixed, roaming, shape }: FoundCameras): Statement {
  const there = `reader IN (${[0, ...fixed]})`
  if (!shape || roaming.length === 0) return { sql: there, params: {} }
  return { sql: `(${there} OR (reader IN (${roaming}) AND ${within(shape)}))`, params: {} }
}

/** Whether a read was in a shape. The columns `lat` and `lon` are millionths of a degree; the box around the shape is quick to test. */
function within(shape: Circle | Polygon): string {
  const { south, north, zero, west, east } = boundsOf(shape)
  const micro = (degrees: number) => Math.round(degrees * 1e6)
  // Counted from a point of the shape, so that one over the date line is one piece. The dividend is never negative.
  const fromZero = `(lon - ${micro(zero)} + 540000000) % 360000000 - 180000000`
  const inShape =
    'polygon' in shape
      ? `pointInPolygon(((${fromZero}) / 1e6, lat / 1e6), [${shape.polygon
          .map(({ lat, lon }) => `(${eastOf(zero, lon)}, ${lat})`)
          .join(', ')}])`
      : `greatCircleDistance(lon / 1e6, lat / 1e6, ${shape.lon}, ${shape.lat}) <= ${shape.radiusM}`
  return `lat BETWEEN ${micro(south)} AND ${micro(north)} AND ${fromZero} BETWEEN ${micro(west)} AND ${micro(east)} AND ${inShape}`
}

/** For each character, those that it is read as and those that are read as it. */
const CONFUSED: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const pairs = Object.entries(LOOKALIKES).flatMap(([truth, read]) =>
    [...read].map((other) => [truth, other] as const),
  )
  const confused = new Map<string, Set<string>>()
  for (const [one, other] of pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])) {
    confused.set(one, (confused.get(one) ?? new Set()).add(other))
  }
  return confused
})()

/**
 * A plate and everything that a recognizer reads it as, or could have misread as it, in one character: the plate itself
 * first. Some thirty short lookups for seven characters.
 */
function lookalikePlates(plate: string): string[] {
  const others = [...plate].flatMap((char, i) =>
    [...(CONFUSED.get(char) ?? [])].map((other) => plate.slice(0, i) + other + plate.slice(i + 1)),
  )
  return [...new Set([plate, ...others])]
}
