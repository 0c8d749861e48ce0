import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type GpsConfig, type PositionSource, startGps, surveyedPosition } from './source.ts'

/** The camera's position is unknown, and its reads say so. */
const UNKNOWN: PositionSource = {
  positionAt: () => null,
  clockOffsetMs: () => null,
  trouble: () => null,
  async close() {},
}

/**
 * Opens positions of cameras; cameras with the same GPS share it.
 * @returns a function that opens one; it closes when all that share it have closed it
 */
export function positionPool(log: Logger, clock: Clock) {
  const shared = new Map<string, { source: PositionSource; users: number }>()

  function gps(config: GpsConfig): PositionSource {
    const key = JSON.stringify(config)
    const entry = shared.get(key) ?? { source: startGps(config, log, clock), users: 0 }
    shared.set(key, entry)
    entry.users++
    return {
      ...entry.source,
      async close() {
        if (--entry.users > 0) return
        shared.delete(key)
        await entry.source.close()
      },
    }
  }

  return (position: { lat: number; lon: number } | GpsConfig | null): PositionSource => {
    if (position === null) return UNKNOWN
    return 'type' in position ? gps(position) : surveyedPosition(position)
  }
}
