import { xor } from '@sightline/edge-agent/position/nmea'
import type { Point } from '@sightline/geometry/great-circle'

/** A vehicle that drives east along the parallel of San Diego, 20 m/s, as a receiver would tell of it. */
export const SPEED_MPS = 20
const START: Point = { lat: 32.7, lon: -117.17 }
const METER_LON = 1 / (111_194.9 * Math.cos((START.lat * Math.PI) / 180))

export const placeAfter = (seconds: number): Point => ({
  lat: START.lat,
  lon: START.lon + seconds * SPEED_MPS * METER_LON,
})

export const sentence = (body: string): string =>
  `$${body}*${xor(body).toString(16).toUpperCase().padStart(2, '0')}`

/** Degrees as NMEA writes them, to about 2 cm. */
function angle(value: number, digits: number, hemispheres: string): string {
  const whole = Math.floor(Math.abs(value))
  const minutes = ((Math.abs(value) - whole) * 60).toFixed(5).padStart(8, '0')
  return `${String(whole).padStart(digits, '0')}${minutes},${value < 0 ? hemispheres[1] : hemispheres[0]}`
}

/** GGA and RMC of one fix. @param at milliseconds since 1970 */
export function fixSentences(at: number, { lat, lon }: Point): string[] {
  const [year, month, day, time = ''] = new Date(at).toISOString().slice(2).split(/[-T]/)
  const clock = time.replaceAll(':', '').slice(0, 9)
  const place = `${angle(lat, 2, 'NS')},${angle(lon, 3, 'EW')}`
  const knots = (SPEED_MPS / (1852 / 3600)).toFixed(3)
  return [
    sentence(`GPGGA,${clock},${place},1,08,0.9,10.0,M,-35.0,M,,`),
    sentence(`GPRMC,${clock},A,${place},${knots},90.00,${day}${month}${year},,,A`),
  ]
}

/** What the receiver says of the drive. @param everyMs time between fixes */
export function driveSentences(startAt: number, seconds: number, everyMs: number): string {
  const lines: string[] = []
  for (let ms = 0; ms < seconds * 1000; ms += everyMs) {
    lines.push(...fixSentences(startAt + ms, placeAfter(ms / 1000)))
  }
  return lines.map((line) => `${line}\r\n`).join('')
}
