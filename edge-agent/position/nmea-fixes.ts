import type { Fix } from './fix.ts'
import { parseSentence } from './nmea.ts'

/**
 * Error of one pseudorange of a civil receiver in the open, in meters; times HDOP it is the usual estimate of
 * the horizontal error.
 */
const RANGE_ERROR_M = 5
/** A dilution that was said longer ago than this is not of this fix. */
const DILUTION_MS = 5000

/**
 * Joins the sentences of one receiver to fixes: RMC alone has place, motion, time and date; GGA and GSA say
 * beside it how good the fix is. Pure but for what it remembers of the sentences before.
 * @returns takes one line and this host's clock; a fix when the line completes one
 */
export function joinSentences(): (line: string, receivedAt: number) => Fix | null {
  let dilution: { hdop: number; at: number } | null = null
  /** The receiver says itself that it has no fix of satellites. */
  let none = false

  return (line, receivedAt) => {
    const sentence = parseSentence(line)
    if (!sentence) return null
    if (sentence.type === 'RMC') {
      if (!sentence.valid || none) return null
      const { at, lat, lon, headingDeg, speedMps } = sentence
      const known = dilution && Math.abs(receivedAt - dilution.at) <= DILUTION_MS
      const accuracyM = known && dilution ? dilution.hdop * RANGE_ERROR_M : null
      return { at, receivedAt, lat, lon, accuracyM, headingDeg, speedMps }
    }
    // Not GSA: it comes once for each constellation, and one of them may be without satellites.
    if (sentence.type === 'GGA') none = !(sentence.quality >= 1 && sentence.quality <= 5)
    else if (sentence.mode < 2) return null
    // Receivers without a fix write 99.99.
    if (sentence.hdop !== null && sentence.hdop < 50) dilution = { hdop: sentence.hdop, at: receivedAt }
    return null
  }
}
