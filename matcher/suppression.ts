import type { Match } from '@sightline/matching'
import type { Read } from '@sightline/schemas/read'

/** Place of a sighting among the others of its vehicle at its camera. */
export interface Placement {
  /** Id of the alert for all of them: this sighting's own, if it is the first. */
  readonly alertId: string
  /** Number of sightings that the alert represents so far. */
  readonly count: number
  /** For the first with an image: the alert without one that it also represents. */
  readonly standsFor?: string
}

/** What is needed to find the place of a sighting. */
export interface AlertCandidate {
  /** When it was seen, by the clock of its camera (milliseconds). */
  readonly at: number
  /** When the broker stored it (milliseconds). */
  readonly storedAt: number
  /** Id of the alert that it would raise. */
  readonly alertId: string
  /** Whether there is an image that a person can look at (DSP-7). */
  readonly isPictured: boolean
}

/**
 * Repeated sightings of one vehicle at one camera within a set time are one alert with a count; the first raises it
 * immediately. Pure state; times come from the reads, so a repetition in the same order, by any matcher, gives the same
 * alerts. Bounded: beyond `capacity` the oldest window is forgotten, and the next sighting in it would count as a first.
 *
 * A sighting is within the time when it was both seen and stored within it. With the camera's clock alone, a clock that has
 * stopped, or is set back at each start, would hide all later visits behind the first. With the broker's alone, everything
 * that an agent sends after hours without a connection would be one visit.
 *
 * A sighting with an image is not counted on an alert without: nobody could verify that one (DSP-7). It is an alert of its
 * own, which represents both, once per window.
 */
export interface Suppression {
  /**
   * Counts a sighting. A window begins with its first sighting; a late read from before it belongs to it too, as far
   * back as the window is long: what comes in another order is no new visit.
   * @param vehicle made by `vehicleAt`
   * @param sequence of the read in its stream; a repetition is not counted again
   */
  see(vehicle: string, sighting: AlertCandidate & { readonly sequence: number }): Placement
  /** Restores a window that another matcher, or this one before its restart, began. */
  restore(vehicle: string, sighting: AlertCandidate): void
  /** Restores how many sightings, up to which sequence, an alert represents. */
  restoreCount(alertId: string, count: number, upTo: number): void
  readonly size: number
}

/**
 * Key of one vehicle at one camera for one display. A display of a plate watches one vehicle, however its plate was
 * read; a pattern may match many. A read with another state than the display may be another vehicle: it never
 * represents one whose state matches.
 */
export function vehicleAt(
  displayId: string,
  { kind, differs }: Pick<Match, 'kind' | 'differs'>,
  { source, camera, plate, region }: Pick<Read, 'source' | 'camera' | 'plate' | 'region'>,
): string {
  return `${displayId} ${source} ${camera.id} ${kind === 'pattern' ? plate : ''} ${differs?.includes('region') ? region : ''}`
}

/** Whether a read names an image. */
export const isPictured = ({ pictures: { plate, vehicle } }: Pick<Read, 'pictures'>): boolean =>
  plate !== null || vehicle !== null

interface Window {
  readonly vehicle: string
  readonly begins: number
  readonly storedAt: number
  readonly alertId: string
  readonly isPictured: boolean
  count: number
  /** Sequence up to which sightings are counted. */
  upTo: number
}

/** @param windowMs 0: every sighting is an alert */
export function createSuppression(windowMs: number, capacity = 100_000): Suppression {
  /** By alert, the newest at the end. */
  const windows = new Map<string, Window>()
  /** The windows of a vehicle: late reads, and reads handled again after a failure, find their own. */
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

  const isNear = (one: number, other: number) => Math.abs(one - other) < windowMs
  const reaching = (vehicle: string, { at, storedAt }: AlertCandidate): Window[] =>
    ofVehicle
      .get(vehicle)
      ?.filter((window) => isNear(at, window.begins) && isNear(storedAt, window.storedAt)) ?? []

  /**
   * The oldest window that reaches the sighting: a window created after the sighting was first handled is not chosen
   * when it is handled again. For sightings in order, only one window reaches each, and one more with images.
   */
  const windowOf = (reach: readonly Window[], { isPictured }: AlertCandidate): Window | undefined =>
    isPictured ? reach.find((window) => window.isPictured) : reach[0]

  return {
    see(vehicle, { sequence, ...sighting }) {
      const { at, storedAt, alertId, isPictured } = sighting
      if (windowMs === 0) return { alertId, count: 1 }
      const reach = reaching(vehicle, sighting)
      const known = windows.get(alertId)
      const window = known ?? windowOf(reach, sighting)
      const without = isPictured ? reach.find((one) => !one.isPictured) : undefined
      const standsFor = without && { standsFor: without.alertId }
      if (!window) {
        add({ vehicle, begins: at, storedAt, alertId, isPictured, count: 1, upTo: sequence })
        return { alertId, count: 1, ...standsFor }
      }
      if (window.alertId !== alertId && sequence > window.upTo) window.count++
      window.upTo = Math.max(window.upTo, sequence)
      return { alertId: window.alertId, count: window.count, ...(known && standsFor) }
    },
    restore(vehicle, { at, storedAt, alertId, isPictured }) {
      if (windowMs === 0 || windows.has(alertId)) return
      add({ vehicle, begins: at, storedAt, alertId, isPictured, count: 1, upTo: 0 })
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
