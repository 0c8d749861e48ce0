import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type GpsConfig, type PositionSource, startGps, surveyedPosition } from './source.ts'

/** Nobody knows where the camera is, and that is what its reads say. */
const UNKNOWN: PositionSource = {
  positionAt: () => null,
  clockOffsetMs: () => null,
  trouble: () => null,
  async close() {},
}

/**
 * Opens positions of cameras; those that are with the same GPS share it.
 * @returns opens one; it is closed when all that share it have closed it
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
