import { type Clock, steadyClock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { SightlineError } from '@sightline/schemas/errors'
import type { Position } from '@sightline/schemas/read'
import Type, { type Static } from 'typebox'
import type { OnLine } from './fix.ts'
import { createFixes } from './fixes.ts'
import { followGpsd } from './gpsd.ts'
import { keepOpen } from './keep-open.ts'
import { followNmea } from './nmea-line.ts'
import { watchUsable } from './usable.ts'

const closed = { additionalProperties: false }
const staleAfterSeconds = Type.Optional(
  Type.Number({ minimum: 0.5, maximum: 60, description: 'a fix that is further away in time is stale; 3' }),
)

/** Configuration of the GPS of a mobile camera's host, for each type. */
export const GPS = {
  gpsd: Type.Object(
    {
      type: Type.Literal('gpsd'),
      host: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'default 127.0.0.1' })),
      port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'default 2947' })),
      staleAfterSeconds,
    },
    closed,
  ),
  nmea: Type.Object(
    {
      type: Type.Literal('nmea'),
      device: Type.String({ pattern: '^/.+', description: 'serial line, or a file with sentences' }),
      baud: Type.Optional(Type.Integer({ minimum: 1200, maximum: 921_600, description: 'default 9600' })),
      staleAfterSeconds,
    },
    closed,
  ),
} as const

export type GpsConfig = { [T in keyof typeof GPS]: Static<(typeof GPS)[T]> }[keyof typeof GPS]

/** Gives the position of a host's cameras at the instant of a frame (CAP-2). */
export interface PositionSource {
  /**
   * @param instant of the frame by this host's clock, in milliseconds since 1970
   * @returns null when nothing is known: a position is never invented
   */
  positionAt(instant: number): Position | null
  /** How far this host's clock is ahead of the GPS's time, in milliseconds; null if there is none to compare. */
  clockOffsetMs(): number | null
  /** Why it gives no position although it should; null if all is well. */
  trouble(): SightlineError | null
  close(): Promise<void>
}

/** A fixed camera is always at the position of its registration. */
export function surveyedPosition({ lat, lon }: { lat: number; lon: number }): PositionSource {
  const position: Position = {
    fix: 'surveyed',
    lat,
    lon,
    accuracyM: null,
    headingDeg: null,
    speedMps: null,
  }
  return { positionAt: () => position, clockOffsetMs: () => null, trouble: () => null, async close() {} }
}

/**
 * Follows the GPS of a host, for all its mobile cameras; waits for one that is absent. Ask for a position as late as
 * possible, e.g. when the vehicle has passed: then there is a fix after the frame too.
 */
export function startGps(
  config: GpsConfig,
  log: Logger,
  clock: Clock = systemClock,
  steady: Clock = steadyClock,
): PositionSource {
  const stopping = new AbortController()
  const { signal } = stopping
  // A recording is read at once, and positions are requested from its beginning to its end.
  const isRecording = config.type === 'nmea' && !config.device.startsWith('/dev/')
  const fixes = createFixes({
    staleAfterMs: (config.staleAfterSeconds ?? 3) * 1000,
    ...(isRecording ? { keepMs: Number.POSITIVE_INFINITY } : {}),
  })
  const address = { host: '127.0.0.1', port: 2947, ...config }
  const usable = watchUsable(
    config.type === 'gpsd' ? `of gpsd at ${address.host}:${address.port}` : config.device,
    steady,
  )
  const follow = (onLine: OnLine) =>
    config.type === 'gpsd'
      ? followGpsd(address, onLine, clock, signal)
      : followNmea({ device: config.device, baud: config.baud ?? 9600 }, onLine, clock, signal)
  const following = keepOpen(
    (works) =>
      follow((line, fix) => {
        usable.heard(line, fix !== null)
        if (!fix) return
        works()
        fixes.add(fix)
      }),
    log,
    signal,
    usable.lost,
  ).then(usable.ended)
  return {
    positionAt: fixes.positionAt,
    clockOffsetMs: fixes.clockOffsetMs,
    trouble: usable.trouble,
    async close() {
      stopping.abort()
      await following
    },
  }
}
