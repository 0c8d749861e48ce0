import type { Read } from '../schemas/read.ts'
import type { Match } from './index/index.ts'

/** What a sighting is among the others of its vehicle at its camera. */
export interface Sighted {
  /** Id of the alert that stands for all of them: this one's, when it is the first. */
  readonly alertId: string
  /** Sightings that the alert stands for so far. */
  readonly count: number
}

/**
 * Repeated sightings of one vehicle at one camera within a set time are one alert with a count; the first comes at
 * once. Pure state, the time is that of the reads: what is judged again, in the same order, by whatever matcher, makes
 * the same alerts. Bounded: beyond `capacity` the oldest window is forgotten, and the next sighting in it would be a first.
 */
export interface Suppression {
  /**
   * Counts a sighting. A window begins with its first sighting; a late read from before it belongs to it too, as far
   * back as the window is long: late reads are no new visits.
   * @param vehicle made by `vehicleAt`
   * @param at when it was seen (milliseconds)
   * @param alertId of the alert that it would raise
   * @param sequence of the read in its stream; what comes again is not counted again
   */
  see(vehicle: string, at: number, alertId: string, sequence: number): Sighted
  /** Takes over a window that another matcher, or this one before its restart, began. */
  restore(vehicle: string, at: number, alertId: string): void
  /** Takes over how many sightings, up to which sequence, an alert stands for. */
  restoreCount(alertId: string, count: number, upTo: number): void
  readonly size: number
}

/**
 * One vehicle at one camera for one display. A display of a plate waits for one vehicle, however its plate was read; one
 * of a pattern may wait for many. A read with another state than the display may be another vehicle: it never stands for
 * one whose state fits.
 */
export function vehicleAt(
  displayId: string,
  { kind, differs }: Pick<Match, 'kind' | 'differs'>,
  { source, camera, plate, region }: Pick<Read, 'source' | 'camera' | 'plate' | 'region'>,
): string {
  return `${displayId} ${source} ${camera.id} ${kind === 'pattern' ? plate : ''} ${differs ? region : ''}`
}

interface Window {
  readonly vehicle: string
  readonly begins: number
  readonly alertId: string
  count: number
  /** Sequence up to which sightings are counted. */
  upTo: number
}

/** @param windowMs 0: every sighting is an alert */
export function createSuppression(windowMs: number, capacity = 100_000): Suppression {
  /** By alert, the one made last at the end. */
  const windows = new Map<string, Window>()
  /** Those of a vehicle: late reads, and reads judged again after a failure, find the window that was theirs. */
  const ofVehicle = new Map<string, Window[]>()

  function add(window: Window): void {
    windows.set(window.alertId, window)
    const others = ofVehicle.get(window.vehicle)
    if (others) others.push(window)
    else ofVehicle.set(window.vehicle, [window])
    if (windows.size > capacity) forget(windows.values().next().value!)
  }

  function forget(window: Window): void {
    windows.delete(window.alertId)
    const others = ofVehicle.get(window.vehicle)!.filter((other) => other !== window)
    if (others.length > 0) ofVehicle.set(window.vehicle, others)
    else ofVehicle.delete(window.vehicle)
  }

  /**
   * The first one made of those that reach to the sighting: what was made after the sighting was judged at first is not
   * chosen when it is judged again. Of sightings in their order one window alone reaches to each.
   */
  const windowOf = (vehicle: string, at: number): Window | undefined =>
    ofVehicle.get(vehicle)?.find(({ begins }) => Math.abs(at - begins) < windowMs)

  return {
    see(vehicle, at, alertId, sequence) {
      if (windowMs === 0) return { alertId, count: 1 }
      const window = windows.get(alertId) ?? windowOf(vehicle, at)
      if (!window) {
        add({ vehicle, begins: at, alertId, count: 1, upTo: sequence })
        return { alertId, count: 1 }
      }
      if (window.alertId !== alertId && sequence > window.upTo) window.count++
      window.upTo = Math.max(window.upTo, sequence)
      return { alertId: window.alertId, count: window.count }
    },
    restore(vehicle, at, alertId) {
      if (windowMs > 0 && !windows.has(alertId)) add({ vehicle, begins: at, alertId, count: 1, upTo: 0 })
    },
    restoreCount(alertId, count, upTo) {
      const window = windows.get(alertId)
      if (!window || upTo <= window.upTo) return
      window.count = count
      window.upTo = upTo
    },
    get size() {
      return windows.size
    },
  }
}
