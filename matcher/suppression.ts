/** What a sighting is among the others of its vehicle at its camera. */
export interface Sighted {
  /** Id of the alert that stands for all of them: this one's, when it is the first. */
  readonly alertId: string
  /** Sightings that the alert stands for, this one included. */
  readonly count: number
}

/**
 * Repeated sightings of one display's plate at one camera within a set time are one alert with a count; the first
 * comes at once. Pure state: the time is that of the reads. Bounded: beyond `capacity` the oldest is forgotten, and the
 * next sighting there is a first one again.
 */
export interface Suppression {
  /**
   * Counts a sighting. The window begins with the first; a read from before it belongs to it too, as far back as the
   * window is long: late reads are no new visits.
   * @param at when it was seen (milliseconds)
   * @param alertId of the alert that it would raise; the same one again (redelivered) is not counted twice
   */
  see(displayId: string, cameraId: string, at: number, alertId: string): Sighted
  readonly size: number
}

interface Window {
  readonly begins: number
  readonly alertId: string
  /** Of the last ones, to know those that come again; as many as a redelivery may hold for one vehicle. */
  readonly recent: string[]
  count: number
}

const RECENT = 32

export function createSuppression(windowMs: number, capacity = 100_000): Suppression {
  /** The window begun last at the end. */
  const windows = new Map<string, Window>()

  return {
    see(displayId, cameraId, at, alertId) {
      const key = `${displayId} ${cameraId}`
      const open = windows.get(key)
      if (open && Math.abs(at - open.begins) < windowMs) {
        if (!open.recent.includes(alertId)) {
          open.count++
          open.recent.push(alertId)
          if (open.recent.length > RECENT) open.recent.splice(1, 1)
        }
        return { alertId: open.alertId, count: open.count }
      }
      // A read from before the window is another, older visit: it gets its alert, and the window stays.
      if (open && at < open.begins) return { alertId, count: 1 }
      windows.delete(key)
      windows.set(key, { begins: at, alertId, recent: [alertId], count: 1 })
      if (windows.size > capacity) windows.delete(windows.keys().next().value!)
      return { alertId, count: 1 }
    },
    get size() {
      return windows.size
    },
  }
}
