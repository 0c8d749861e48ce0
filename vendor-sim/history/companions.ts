import type { Companion, CompanionsRequest } from '@sightline/schemas/vendor-search'
import type { Registrations } from './registrations.ts'
import { DOMESTIC, type Statement } from './search.ts'

/** Two vehicles at one camera within this many seconds were there together. */
const TOGETHER_S = 120

/** The plate's sightings are compared with this many weeks before and after: habits repeat, company does not. */
const WEEKS = 4
const SHIFTS = Array.from({ length: 2 * WEEKS + 1 }, (_, i) => i - WEEKS)

/** Number of candidates ranked: those seen together on the most days. */
const CANDIDATES = 500

const EVIDENCE = 10

/** One candidate as the statement returns it. */
export interface CandidateRow {
  plate: string
  days: string
  sightings: string
  other_days: string
  evidence: [seenAt: string, reader: number][]
}

/**
 * Vehicles that were where the plate was, at the time and at the same time in other weeks. The order by day leads to
 * the few cameras that saw the plate on those days. Each sighting, shifted by 0 to ±4 weeks, is put into its two-minute
 * slot and the neighboring ones, so that the join is by equality.
 */
export function companionsStatement({ plate, from, to }: CompanionsRequest): Statement {
  const own = `SELECT seen_at, reader FROM reads WHERE plate = {plate:String} AND ${DOMESTIC}
      AND seen_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND seen_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`
  const sql = `SELECT plate,
      uniqExactIf(day, shift = 0) AS days,
      uniqExactIf((seen_at, reader), shift = 0) AS sightings,
      uniqExactIf((shift, day), shift != 0) AS other_days,
      arraySlice(arrayReverseSort(groupUniqArrayIf((seen_at, reader), shift = 0)), 1, ${EVIDENCE}) AS evidence
    FROM (
      SELECT plate, reader, seen_at, intDiv(toUnixTimestamp(seen_at), ${TOGETHER_S}) AS slot
      FROM reads_by_day
      WHERE (toDate(seen_at), reader) IN (
          SELECT toDate(seen_at + INTERVAL shift WEEK + INTERVAL near SECOND), reader
          FROM (${own}) ARRAY JOIN [${SHIFTS}] AS shift ARRAY JOIN [-${TOGETHER_S}, ${TOGETHER_S}] AS near
        ) AND plate != {plate:String} AND ${DOMESTIC}
    ) AS others
    INNER JOIN (
      SELECT reader, toDate(seen_at) AS day, shift, toUnixTimestamp(seen_at) + shift * 604800 AS around,
        arrayJoin([-1, 0, 1]) + intDiv(around, ${TOGETHER_S}) AS slot
      FROM (${own}) ARRAY JOIN [${SHIFTS}] AS shift
    ) AS own USING (reader, slot)
    WHERE abs(toUnixTimestamp(seen_at) - around) <= ${TOGETHER_S}
    GROUP BY plate
    HAVING days > 1
    ORDER BY days DESC, plate
    LIMIT ${CANDIDATES}`
  return { sql, params: { plate, from: Date.parse(from), to: Date.parse(to) } }
}

/** Ranks candidates by how unlikely chance is: a Poisson number of days with the mean of the other weeks. */
export function rankCompanions(
  rows: readonly CandidateRow[],
  registrations: Registrations,
  limit: number,
): Companion[] {
  return rows
    .map(({ plate, days, sightings, other_days, evidence }): Companion => {
      const expectedDays = Number(other_days) / (2 * WEEKS)
      // Half a day more than counted, because nobody's habits certainly produce nothing.
      const chance = poissonAtLeast(Number(days), expectedDays + 0.5 / (2 * WEEKS))
      return {
        plate,
        days: Number(days),
        sightings: Number(sightings),
        expectedDays,
        chance,
        evidence: evidence.map(([seenAt, reader]) => {
          const { id: camera, country } = registrations.byNumber(reader).camera
          return { seenAt, camera, country }
        }),
      }
    })
    .sort((a, b) => a.chance - b.chance || b.days - a.days || (a.plate < b.plate ? -1 : 1))
    .slice(0, limit)
}

/** Probability of at least `count` events when `mean` are expected. */
export function poissonAtLeast(count: number, mean: number): number {
  // Summing from the first term: subtracting the sum of the small terms before it would lose a small tail.
  let logTerm = -mean
  for (let k = 1; k <= count; k++) logTerm += Math.log(mean / k)
  let term = Math.exp(logTerm)
  let sum = 0
  for (let k = count; term > sum * 1e-12; k++) {
    sum += term
    term *= mean / (k + 1)
  }
  return Math.min(1, sum)
}
