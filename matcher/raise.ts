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
  /** It came as test traffic. */
  isTest: boolean
}

export interface RaiserParts {
  /** The complete display as stored at this moment, null when it is gone; rejects only when the matcher stops. */
  loadDisplay(id: string): Promise<Display | null>
  /** How a read matches a display; null when it does not. @param now milliseconds */
  matchOf(display: Display, stored: StoredRead, now: number): Match | null
  suppression: Suppression
  /** Of test traffic, which must not hide a vehicle that was seen, nor push its window out. */
  testSuppression: Suppression
  approaches: Approaches
  /** Settles when the alert is stored; repetitions store it once. */
  publish(alert: Alert): Promise<unknown>
  counter: Pick<SightingCounter, 'note'>
  clock: Clock
}

/**
 * Handles a match: raises an alert immediately, or adds one to the count of the alert that represents it. The match is
 * with the display as the matcher last knew it. But the display may have been changed, closed or rejected before the
 * read was stored. So the read is compared once more, with the display as stored now (DSP-4, DSP-5).
 * @returns a function that settles when the result is stored
 */
export function createRaiser(parts: RaiserParts): (displayId: string, stored: StoredRead) => Promise<void> {
  const { loadDisplay, matchOf, suppression, testSuppression, approaches, publish, counter, clock } = parts
  /**
   * Matches are counted in the order of the stream: the speed of the bucket must not decide which sighting is the
   * first.
   */
  let placed: Promise<unknown> = Promise.resolve()

  function place(display: Display | null, stored: StoredRead): Alert | SightingCount | null {
    const now = clock()
    const match = display && matchOf(display, stored, now)
    if (!match) return null
    const { read, sequence, storedAt } = stored
    const id = alertId(display.id, read)
    const isTest = stored.isTest || display.test === true
    const vehicle = vehicleAt(display.id, match, read)
    const at = Date.parse(read.seenAt)
    const sighting = { at, storedAt, alertId: id, sequence, isPictured: isPictured(read) }
    const {
      alertId: first,
      count,
      standsFor,
    } = (isTest ? testSuppression : suppression).see(vehicle, sighting)
    if (first === id) {
      // Test traffic says nothing about where anybody drives.
      const approach = isTest ? null : approaches.see(display, read)
      return alertOf(match, display, read, { approach, standsFor, isTest }, storedAt, now)
    }
    if (count === 1 || isTest) return null
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
