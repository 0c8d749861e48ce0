import { LOOKALIKES } from '../world/lookalikes.ts'
import { LONGEST_WAY } from '../world/routes.ts'
import { HIT_SECONDS } from './actors.ts'

/** Which part of a world's reads. */
export interface Slice {
  /** Name and seed of the world. */
  world: string
  seed: number
  /** Milliseconds since 1970: [from, to). */
  from: number
  to: number
  /** Vehicles by number: [first, last); all without it. */
  vehicles?: readonly [first: number, last: number]
  /** Traffic from elsewhere that keeps a steady rate on top of the vehicles' own ways. */
  through?: Through
}

export interface Through {
  /** Reads a second, above 0. */
  rate: number
  /** How many vehicles it is drawn from. */
  vehicles: number
  /** Numbers of the readers that it passes. */
  readers: readonly number[]
}

const DAY = 86_400

/** The world keeps Pacific standard time all year: its day begins at 08:00 UTC. */
const DAY_STARTS = 8 * 3600

/** Number of the world's day that holds an instant. @param at milliseconds since 1970 */
export const dayOf = (at: number): number => Math.floor((at / 1000 - DAY_STARTS) / DAY)

/** Reads misread in one character, and those with one character in doubt, of 1000. */
const MISREAD = 25
const DOUBTFUL = 25

/** Seen by a roaming camera on a day in town: vehicles of 1024. */
const ROAMED = 24

/** How sure a recognizer is of the characters of one picture, ten-thousandths: as sharp as it is, for all alike. */
const CONFIDENCES = [
  9990, 9990, 9990, 9990, 9990, 9990, 9990, 9990, 9970, 9970, 9970, 9970, 9930, 9930, 9800, 9500,
]

const REGION_CONFIDENCES = [9900, 9900, 9700, 9500]

/**
 * What the vendor's cameras saw: one SELECT of the columns `READ_COLUMNS` (history/rows.ts). Every number in it comes
 * from a hash of seed, vehicle, day and place, never from a sequence: so any slice can be computed alone, in bulk or as
 * time passes, always with the same result. Only integer arithmetic, for the same result on every machine.
 * @param more also the number of the vehicle that really passed
 */
export function simulatedReads(slice: Slice, more?: 'idx'): string {
  const { from, to } = slice
  const passes = slice.through
    ? `${ownPasses(slice)} UNION ALL ${throughPasses(slice, slice.through)}`
    : ownPasses(slice)
  return `SELECT
    if(luck < ${MISREAD}, concat(substring(truth, 1, place - 1), other, substring(truth, place + 1)), truth) AS plate,
    toDateTime64(second, 3, 'UTC') AS seen_at,
    reader, region,
    if(unknown, '', known_make) AS make, if(unknown, '', known_model) AS model, if(unknown, '', known_color) AS color, '' AS look,
    concat(toString([${REGION_CONFIDENCES}][1 + bitAnd(bitShiftRight(h, 48), 3)]), ' ', toString(sure),
      if(odd, '', concat(' ', toString(toUInt16(round(10000 * arrayProduct(arrayWithConstant(length(truth), sure / 10000)))))))) AS certainty,
    toInt32(if(roaming_read, south + (corner % 20) * 6000 + h % 1000, 0)) AS lat,
    toInt32(if(roaming_read, west + (bitShiftRight(corner, 20) % 20) * 7200 + bitShiftRight(h, 10) % 1000, 0)) AS lon,
    if(odd OR roaming_read, concat('{',
      if(odd, concat('"confidence":', toString(toUInt16(round(10000 * arrayProduct(arrayWithConstant(length(truth) - 1, sure / 10000)) * doubt / 10000))),
        ',"doubts":[[', toString(place - 1), ',', toString(doubt), ',"', if(luck < ${MISREAD}, truth_char, other), '",',
        toString(intDiv((10000 - doubt) * 8, 10)), ']]'), ''),
      if(odd AND roaming_read, ',', ''),
      if(roaming_read, concat('"at":["gps",', toString(4 + h2 % 12), ',', toString(bitShiftRight(h2, 20) % 360), ',',
        toString(bitShiftRight(h2, 30) % 25), ']'), ''),
      '}'), '') AS rest${more ? `, ${more}` : ''}
  FROM (
    SELECT *,
      intHash64(pass_hash + 2 * idx + 1) AS h, intHash64(h) AS h2,
      h % 1000 AS luck, luck < ${MISREAD + DOUBTFUL} AS odd,
      toUInt8(1 + bitShiftRight(h, 10) % length(truth)) AS place,
      bitShiftRight(h, 56) < 16 AS unknown,
      if(odd, substring(truth, place, 1), '') AS truth_char,
      if(odd, transform(truth_char, ${list(Object.keys(LOOKALIKES))}, ${list(Object.values(LOOKALIKES))}, 'H'), 'H') AS looks_like,
      substring(looks_like, 1 + bitShiftRight(h, 20) % length(looks_like), 1) AS other,
      toUInt16(if(luck < ${MISREAD}, 4500 + bitShiftRight(h, 30) % 3000, 7000 + bitShiftRight(h, 30) % 2000)) AS doubt,
      toUInt16([${CONFIDENCES}][1 + bitAnd(bitShiftRight(h2, 4), 15)]) AS sure,
      trip = 9 AS roaming_read,
      intHash64(bitXor(${mix(slice, 5)}, toUInt64(reader) * 4294967296 + intDiv(second, 1200))) AS corner
    FROM (${passes})
    WHERE second >= ${Math.ceil(from / 1000)} AND second < ${Math.ceil(to / 1000)}
  )`
}

const SEEN = 'idx, truth, region, known_make, known_model, known_color, south, west'
const AS_SEEN =
  'idx, plate AS truth, region, make AS known_make, model AS known_model, color AS known_color, south, west'

/** A separate number for each purpose, from the seed. */
const mix = ({ seed }: Slice, purpose: number) => `intHash64(toUInt64(${seed * 16 + purpose}))`

/**
 * The vehicles' own ways. Trips, there and back: 1, 2 work; 3, 4 an errand; 5, 6 across the border; 7, 8 the
 * appointment; 9 met by a roaming camera. A day has 1024ths of everything in its hash, ten bits each.
 */
function ownPasses(slice: Slice): string {
  const { world, from, to, vehicles } = slice
  const [firstDay, lastDay] = [dayOf(from), dayOf(to - 1)]
  const weekday = '(day + 4) % 7'
  return `
    SELECT ${SEEN}, trip, toUInt32(intDiv(hit, ${HIT_SECONDS})) AS reader, intHash64(trip_hash + hit) AS pass_hash,
      toInt64(day) * ${DAY} + ${DAY_STARTS} AS midnight,
      midnight + leaves_at
        + if(trip IN (2, 4, 6, 8), ${LONGEST_WAY} - hit % ${HIT_SECONDS}, hit % ${HIT_SECONDS})
        + pass_hash % 20 + if(gap > 0, gap + intHash64(pass_hash + idx) % 6, 0) AS second
    FROM (
      SELECT ${SEEN}, gap, day, trip, intHash64(day_hash + intDiv(trip + 1, 2)) AS trip_hash,
        toInt64(multiIf(
          trip = 1, leaves + trip_hash % 1800 + bitShiftRight(trip_hash, 12) % 1800 - 1800,
          trip = 2, leaves + 32000 + bitShiftRight(trip_hash, 24) % 3600 + bitShiftRight(trip_hash, 36) % 3600 - 3600,
          trip = 3, 28800 + trip_hash % 43200,
          trip = 4, 30000 + trip_hash % 43200 + bitShiftRight(trip_hash, 20) % 7200,
          trip = 5, 21600 + trip_hash % 36000,
          trip = 6, 28800 + trip_hash % 36000 + bitShiftRight(trip_hash, 20) % 21600,
          trip = 7, appointment_at + trip_hash % 1200,
          trip = 8, appointment_at + 1800 + trip_hash % 1200 + bitShiftRight(trip_hash, 20) % 3600,
          28800 + trip_hash % 43200)) AS leaves_at,
        if(trip = 9, [toUInt32(roaming[1 + bitShiftRight(trip_hash, 50) % length(roaming)] * ${HIT_SECONDS})],
          ways[multiIf(trip <= 2, 1, trip <= 4, 2 + bitShiftRight(trip_hash, 50) % 4, trip <= 6, 6, 7)]) AS way
      FROM (
        SELECT ${AS_SEEN}, gap, leaves, appointment_at, ways, roaming, day,
          intHash64(bitXor(${mix(slice, 1)}, toUInt64(follows) * 4294967296 + day)) AS day_hash,
          day_hash % 1024 < presence AS present,
          bitAnd(appointment_days, bitShiftLeft(1, ${weekday})) > 0 AS appointed,
          present AND NOT appointed AND bitShiftRight(day_hash, 30) % 1024 < crossings AS crosses,
          arrayConcat(
            if(present AND NOT crosses AND leaves >= 0 AND ${weekday} BETWEEN 1 AND 5 AND bitShiftRight(day_hash, 10) % 1024 < 920, [1, 2], []),
            if(present AND NOT crosses AND NOT appointed
              AND bitShiftRight(day_hash, 20) % 1024 < errands * if(${weekday} = 6, 1.5, 1), [3, 4], []),
            if(crosses, [5, 6], []),
            if(appointed, [7, 8], []),
            if(present AND notEmpty(roaming) AND bitShiftRight(day_hash, 40) % 1024 < ${ROAMED}, [9], [])) AS trips
        FROM sim_actors
        ARRAY JOIN range(toUInt32(${firstDay}), toUInt32(${lastDay + 1})) AS day
        WHERE world = '${world}' ${vehicles ? `AND idx >= ${vehicles[0]} AND idx < ${vehicles[1]}` : ''}
          AND (mode = 0 OR (intHash64(bitXor(${mix(slice, 2)}, toUInt64(idx) * 4294967296 + day)) % 1024 < company) = (mode = 2))
          AND notEmpty(trips)
      )
      ARRAY JOIN trips AS trip
    )
    ARRAY JOIN way AS hit
    WHERE second >= midnight AND second < midnight + ${DAY}`
}

/**
 * One pass somewhere in each slot of time; only its second decides which slice it belongs to, so slices join without
 * gaps.
 */
function throughPasses(slice: Slice, { rate, vehicles, readers }: Through): string {
  const interval = 1000 / rate
  const first = Math.floor(slice.from / interval) - 1
  const count = Math.ceil((slice.to + 1000) / interval) - first
  const slots = `
    SELECT intHash64(bitXor(${mix(slice, 3)}, number)) AS slot_hash, bitShiftRight(slot_hash, 40) % ${vehicles} AS vehicle,
      toInt64(floor((number + slot_hash % 1000 / 1000) * ${interval} / 1000)) AS second
    FROM numbers(${first}, ${count})
    WHERE second >= ${Math.ceil(slice.from / 1000)} AND second < ${Math.ceil(slice.to / 1000)}`
  return `
    SELECT ${SEEN}, 0 AS trip, toUInt32([${readers}][1 + bitShiftRight(slot_hash, 20) % ${readers.length}]) AS reader,
      intHash64(slot_hash + 7) AS pass_hash, toInt64(0) AS midnight, second
    FROM (${slots}) AS slots
    INNER JOIN (
      SELECT ${AS_SEEN} FROM sim_actors
      WHERE world = '${slice.world}' AND mode < 2 AND idx IN (SELECT toUInt32(vehicle) FROM (${slots}))
    ) AS actors ON actors.idx = slots.vehicle`
}

const list = (texts: readonly string[]) => `[${texts.map((text) => `'${text}'`).join(', ')}]`

// Columns as stored. cspell:ignore colour
