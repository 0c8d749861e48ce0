import type { Match } from '@sightline/matching'
import type { Clock } from '@sightline/runtime/clock'
import { type Alert, alertId } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import { alertOf } from './alert.ts'
import type { Approaches } from './approach.ts'
import type { SightingCounter } from './sighting-counts.ts'
import { isPictured, type Suppression, vehicleAt } from './suppression.ts'

/** A read in its stream. */
export interface StoredRead {
  read: Read
  /** Its sequence there. */
  sequence: number
  /** When the broker stored it (milliseconds). */
  storedAt: number
}

export interface RaiserParts {
  /** The whole of a display as it is stored at this moment, null when it is gone; rejects only when the matcher stops. */
  loadDisplay(id: string): Promise<Display | null>
  /** How a read matches a display; null when it does not. @param now milliseconds */
  matchOf(display: Display, stored: StoredRead, now: number): Match | null
  suppression: Suppression
  approaches: Approaches
  /** Settles when the alert is stored; repetitions store it once. */
  publish(alert: Alert): Promise<unknown>
  counter: Pick<SightingCounter, 'note'>
  clock: Clock
}

/**
 * What becomes of a match: an alert, at once, or one more on the count of an alert that stands for it. The match is of the
 * display as the matcher last heard of it. It may have been changed, closed or rejected since, before the read was stored: so
 * the read is compared once more, with the display as it is stored now (DSP-4, DSP-5).
 * @returns a function that settles when what became of the match is stored
 */
export function createRaiser(parts: RaiserParts): (displayId: string, stored: StoredRead) => Promise<void> {
  const { loadDisplay, matchOf, suppression, approaches, publish, counter, clock } = parts
  /** Matches are counted in the order of the stream: which sighting is the first must not depend on how fast the bucket answers. */
  let placed: Promise<unknown> = Promise.resolve()

  function place(display: Display | null, stored: StoredRead): Alert | SightingCount | null {
    const now = clock()
    const match = display && matchOf(display, stored, now)
    if (!match) return null
    const { read, sequence, storedAt } = stored
    const id = alertId(display.id, read)
    const vehicle = vehicleAt(display.id, match, read)
    const at = Date.parse(read.seenAt)
    const sighting = { at, storedAt, alertId: id, sequence, isPictured: isPictured(read) }
    const { alertId: first, count, standsFor } = suppression.see(vehicle, sighting)
    if (first === id) {
      const approach = approaches.see(display, read)
      return alertOf(match, display, read, { approach, standsFor }, storedAt, now)
    }
    if (count === 1) return null
    return {
      v: 1,
      alertId: first,
      displayId: display.id,
      count,
      lastSeenAt: read.seenAt,
      lastReadId: read.id,
      upTo: sequence,
      source: read.source,
    }
  }

  return async (displayId, stored) => {
    const display = loadDisplay(displayId)
    const own = placed.then(async () => place(await display, stored))
    placed = own.catch(() => {})
    const message = await own
    if (message === null) return
    if ('alertId' in message) await counter.note(message)
    else await publish(message)
  }
}
