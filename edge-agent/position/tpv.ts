import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Fix } from './fix.ts'

/** gpsd's report with position and motion; additional keys of newer versions are ignored. */
const Tpv = Compile(
  Type.Object({
    class: Type.Literal('TPV'),
    mode: Type.Number({ minimum: 2, description: '2: without height, 3: with height' }),
    time: Type.String(),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    lon: Type.Number({ minimum: -180, maximum: 180 }),
    status: Type.Optional(Type.Number()),
    eph: Type.Optional(Type.Number({ minimum: 0 })),
    epx: Type.Optional(Type.Number({ minimum: 0 })),
    epy: Type.Optional(Type.Number({ minimum: 0 })),
    track: Type.Optional(Type.Number({ minimum: 0, maximum: 360 })),
    speed: Type.Optional(Type.Number({ minimum: 0 })),
  }),
)

/** STATUS_DR and STATUS_SIM in gpsd's gps.h: dead reckoning without satellites, and simulated. */
const NOT_OF_SATELLITES = [5, 8]

/** One line of gpsd's protocol as a fix. Pure. @returns null for every other report, and for one without a fix */
export function fixOfTpv(line: string, receivedAt: number): Fix | null {
  let report: unknown
  try {
    report = JSON.parse(line)
  } catch {
    return null
  }
  if (!Tpv.Check(report)) return null
  const at = Date.parse(report.time)
  if (Number.isNaN(at) || NOT_OF_SATELLITES.includes(report.status ?? 0)) return null
  const { lat, lon, eph, epx, epy, track, speed } = report
  return {
    at,
    receivedAt,
    lat,
    lon,
    accuracyM: eph ?? (epx !== undefined && epy !== undefined ? Math.hypot(epx, epy) : null),
    headingDeg: track === undefined ? null : track % 360,
    speedMps: speed ?? null,
  }
}
