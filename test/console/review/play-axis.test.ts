import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liftOf, verdictOf } from '../../../console/views/review/lift.ts'
import { axisOf, GAP_MS, momentAt, type Stop } from '../../../console/views/review/play-axis.ts'

const HOUR = 3_600_000
const stops: Stop[] = [
  { at: 0, lat: 32, lon: -117, trip: 1 },
  { at: 600_000, lat: 33, lon: -117, trip: 1 },
  { at: 30 * HOUR, lat: 33, lon: -116, trip: 2 },
]

describe('movements played over time', () => {
  it('skip the days between two trips', () => {
    expect(axisOf(stops)).toEqual([0, 600_000, 600_000 + GAP_MS])
  })

  it('place the vehicle on the line between two sightings of a trip, and wait where a trip ended', () => {
    const axis = axisOf(stops)
    expect(momentAt(stops, axis, 300_000)).toEqual({
      ...{ lat: 32.5, lon: -117, at: 300_000, trip: 1, stop: 0, headingDeg: 0 },
    })
    expect(momentAt(stops, axis, 600_000 + GAP_MS / 2)).toMatchObject({
      lat: 33,
      lon: -117,
      trip: 1,
      stop: 1,
    })
    expect(momentAt(stops, axis, axis.at(-1)!)).toMatchObject({ lon: -116, trip: 2, stop: 2 })
    expect(momentAt([], [], 0)).toBeNull()
  })

  it('never leave the box of their sightings, and never go back', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 5 * HOUR }),
      lat: fc.integer({ min: 20, max: 40 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        let at = 0
        let trip = 0
        const all = steps.map(({ wait, lat }): Stop => {
          at += wait
          if (wait > 2 * HOUR) trip++
          return { at, lat, lon: -100, trip }
        })
        const axis = axisOf(all)
        let before = -1
        for (let n = 0; n <= 20; n++) {
          const moment = momentAt(all, axis, (axis.at(-1)! * n) / 20)!
          expect(moment.at).toBeGreaterThanOrEqual(before)
          before = moment.at
          expect(moment.lat).toBeGreaterThanOrEqual(Math.min(...all.map(({ lat }) => lat)))
          expect(moment.lat).toBeLessThanOrEqual(Math.max(...all.map(({ lat }) => lat)))
        }
      }),
    )
  })
})

describe('companions compared with chance', () => {
  it('are said to be so many times more often than chance, and no more than the probability supports', () => {
    expect(liftOf({ days: 8, expectedDays: 0.4 })).toBeCloseTo(20)
    expect(liftOf({ days: 1, expectedDays: 0 })).toBe(100)
    expect([0.0001, 0.01, 0.3].map(verdictOf)).toEqual(['strong', 'some', 'none'])
  })
})
