import type { Fix } from './fix.ts'
import { parseSentence } from './nmea.ts'

/**
 * Error of one pseudorange of a civil receiver with a clear sky, in meters; multiplied by HDOP it is the usual estimate of
 * the horizontal error.
 */
const RANGE_ERROR_M = 5
/** A dilution older than this does not belong to this fix. */
const DILUTION_MS = 5000

/**
 * Combines the sentences of one receiver into fixes: only RMC has position, motion, time and date; GGA and GSA add how good
 * the fix is. Pure except for what it remembers of earlier sentences.
 * @returns takes one line and this host's clock; a fix when the line completes one
 */
export function joinSentences(): (line: string, receivedAt: number) => Fix | null {
  let dilution: { hdop: number; at: number } | null = null
  /** The receiver itself says that it has no satellite fix. */
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
    // Not GSA: it arrives once per constellation, and one of them may have no satellites.
    if (sentence.type === 'GGA') none = !(sentence.quality >= 1 && sentence.quality <= 5)
    else if (sentence.mode < 2) return null
    // Receivers write 99.99 if they have no fix.
    if (sentence.hdop !== null && sentence.hdop < 50) dilution = { hdop: sentence.hdop, at: receivedAt }
    return null
  }
}
