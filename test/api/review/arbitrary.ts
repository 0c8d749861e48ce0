import type { Read } from '@sightline/schemas/read'
import fc from 'fast-check'
import { readAt } from '../federation/fake-vendor.ts'

const START = Date.parse('2026-11-01T00:00:00.000Z')

/** A read at a place, so many seconds after the start. */
export const readHere = (
  seconds: number,
  lat: number,
  lon: number,
  cameraId = `cam-${lat}-${lon}`.replaceAll('.', '_'),
): Read =>
  readAt(START + Math.round(seconds * 1000), {
    cameraId,
    position: { fix: 'surveyed', lat, lon, accuracyM: null, headingDeg: null, speedMps: null },
  })

/** Reads of one plate anywhere on earth, within a month; some without a position. */
export const someReads = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 30 * 86_400 }),
      fc.double({ min: -80, max: 80, noNaN: true }),
      fc.double({ min: -179, max: 179, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      fc.boolean(),
    )
    .map(([seconds, lat, lon, camera, isPlaced]) => ({
      ...readHere(seconds, lat, lon, `cam-${camera}`),
      ...(isPlaced ? {} : { position: null }),
    })),
  { maxLength: 60 },
)

/** Reads of a vehicle that drives on a line, never faster than `top` meters per second. */
export const drive = (top: number, lat = 32) =>
  fc
    .array(
      fc.record({
        seconds: fc.integer({ min: 1, max: 20_000 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((legs) => {
      let [seconds, meters] = [0, 0]
      return legs.map((leg, n) => {
        seconds += leg.seconds
        meters += leg.seconds * leg.share * top * (n % 2 === 0 ? 1 : -1)
        return readHere(seconds, lat + meters / 111_195, -117, `cam-${n}`)
      })
    })

export const shuffled = <T>(items: readonly T[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length })
