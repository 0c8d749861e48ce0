import type { SightingCount } from '@sightline/schemas/sighting-count'

/** Publishes counts, at most one per alert within a set time, so that a parked vehicle does not flood the stream. */
export interface SightingCounter {
  /** Takes the newest count of an alert. Settles when this count, or a higher one, is stored. */
  note(latest: SightingCount): Promise<void>
  /** Publishes pending counts immediately. */
  flush(): void
}

interface Waiting {
  latest: SightingCount
  hurry(): void
  stored: Promise<void>
}

/**
 * @param publish settles when the message is stored
 * @param everyMs the shortest time between two messages about one alert
 */
export function createSightingCounter(
  publish: (latest: SightingCount) => Promise<unknown>,
  everyMs: number,
): SightingCounter {
  const waiting = new Map<string, Waiting>()
  /** The last message in flight of each alert; the next one must come after it. */
  const sending = new Map<string, Promise<void>>()

  function begin(latest: SightingCount): Waiting {
    const { alertId } = latest
    let hurry = () => {}
    const due = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    const entry: Waiting = { latest: latest, hurry, stored: Promise.resolve() }
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
    note(latest) {
      const entry = waiting.get(latest.alertId) ?? begin(latest)
      if (latest.count > entry.latest.count) entry.latest = latest
      return entry.stored
    },
    flush() {
      for (const { hurry } of waiting.values()) hurry()
    },
  }
}
