import type { Sightings } from '@sightline/schemas/sightings'

/** Publishes counts, at most one per alert within a set time, so that a parked vehicle does not flood the stream. */
export interface SightingsKeeper {
  /** Takes the newest count of an alert. Settles when this count, or a higher one, is stored. */
  note(sightings: Sightings): Promise<void>
  /** Publishes pending counts immediately. */
  flush(): void
}

interface Waiting {
  latest: Sightings
  hurry(): void
  stored: Promise<void>
}

/**
 * @param publish settles when the message is stored
 * @param everyMs the shortest time between two messages about one alert
 */
export function keepSightings(
  publish: (sightings: Sightings) => Promise<unknown>,
  everyMs: number,
): SightingsKeeper {
  const waiting = new Map<string, Waiting>()
  /** The last message in flight of each alert; the next one must come after it. */
  const sending = new Map<string, Promise<void>>()

  function begin(sightings: Sightings): Waiting {
    const { alertId } = sightings
    let hurry = () => {}
    const due = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    const entry: Waiting = { latest: sightings, hurry, stored: Promise.resolve() }
    entry.stored = due.then(async () => {
      waiting.delete(alertId)
      const before = sending.get(alertId)
      const sent = Promise.resolve(before).then(async () => void (await publish(entry.latest)))
      sending.set(alertId, sent)
      try {
        await sent
      } finally {
        if (sending.get(alertId) === sent) sending.delete(alertId)
      }
    })
    waiting.set(alertId, entry)
    return entry
  }

  return {
    note(sightings) {
      const entry = waiting.get(sightings.alertId) ?? begin(sightings)
      if (sightings.count > entry.latest.count) entry.latest = sightings
      return entry.stored
    },
    flush() {
      for (const { hurry } of waiting.values()) hurry()
    },
  }
}
