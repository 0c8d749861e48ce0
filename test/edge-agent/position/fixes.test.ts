import type { Fix } from '@sightline/edge-agent/position/fix'
import { createFixes } from '@sightline/edge-agent/position/fixes'
import { distanceM, type Point, pointAhead } from '@sightline/geometry/great-circle'
import { createParser } from '@sightline/schemas/message'
import { Position } from '@sightline/schemas/read'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuMsOf } from '../../support/cost.ts'

const T0 = Date.parse('2026-11-24T03:05:00.000Z')
const LATENCY_MS = 150
const START = { lat: 32.7, lon: -117.17 }
const positions = createParser('position', Position)

/** A fix `seconds` into a drive eastward at 20 m/s. */
const fixAt = (seconds: number, clockAheadMs = 0, fields: Partial<Fix> = {}): Fix => ({
  at: T0 + seconds * 1000,
  receivedAt: T0 + seconds * 1000 + LATENCY_MS + clockAheadMs,
  ...pointAhead(START, 90, seconds * 20),
  accuracyM: 4,
  headingDeg: 90,
  speedMps: 20,
  ...fields,
})

function drive(from: number, to: number, clockAheadMs = 0, fixes = createFixes()) {
  for (let second = from; second <= to; second++) fixes.add(fixAt(second, clockAheadMs))
  return fixes
}

const metersFrom = (seconds: number, position: Point | null) =>
  position ? distanceM(position, pointAhead(START, 90, seconds * 20)) : Number.NaN

test('without a fix the position is unknown', () => {
  const fixes = createFixes()
  expect(fixes.positionAt(T0)).toBeNull()
  expect(fixes.clockOffsetMs()).toBeNull()
})

test('between two fixes it is where the vehicle was at the instant, not at the last fix', () => {
  const position = drive(0, 10).positionAt(T0 + 4600)
  expect(position).toMatchObject({ fix: 'gps', accuracyM: 4, headingDeg: 90, speedMps: 20 })
  expect(metersFrom(4.6, position)).toBeLessThan(0.1)
})

describe('a position between two fixes, anywhere on earth,', () => {
  const anywhere = fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  const maybe = (max: number) => fc.option(fc.double({ min: 0, max, noNaN: true }))
  const motion = fc.record({ accuracyM: maybe(50), headingDeg: maybe(359.9), speedMps: maybe(60) })

  test('is on the way between its neighbors, moves on with time, and is valid', () => {
    fc.assert(
      fc.property(
        anywhere,
        fc.double({ min: 0, max: 359.9, noNaN: true }),
        fc.double({ min: 0, max: 180, noNaN: true }),
        motion,
        motion,
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 2, maxLength: 8 }),
        (start, course, meters, one, other, instants) => {
          const fixes = createFixes()
          const end = pointAhead(start, course, meters)
          fixes.add({ at: T0, receivedAt: T0, ...start, ...one })
          fixes.add({ at: T0 + 3000, receivedAt: T0 + 3000, ...end, ...other })
          let gone = -1
          for (const ms of instants.sort((a, b) => a - b)) {
            const position = positions.parse(fixes.positionAt(T0 + ms))
            const way = distanceM(start, position)
            // The first fix carried on by itself ends where the second one takes over.
            if (ms < 3000) expect(way + distanceM(position, end)).toBeCloseTo(meters, 3)
            expect(way).toBeGreaterThanOrEqual(gone - 1e-3)
            gone = way
            if (ms === 0 || ms === 3000) continue
            const { accuracyM } = position
            if (one.accuracyM === null || other.accuracyM === null) expect(accuracyM).toBeNull()
            else expect(accuracyM).toBe(Math.max(one.accuracyM, other.accuracyM))
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('beside the fixes', () => {
  test('a moment after the last one, the position is extrapolated, with more uncertainty', () => {
    const position = drive(0, 10).positionAt(T0 + 11_200)
    expect(position).toMatchObject({ fix: 'gps', headingDeg: 90, speedMps: 20 })
    expect(metersFrom(11.2, position)).toBeLessThan(0.1)
    expect(position?.accuracyM).toBeCloseTo(4 + 24, 6)
  })

  test('without a heading the position is kept, without a speed its accuracy is unknown', () => {
    const fixes = createFixes()
    fixes.add(fixAt(0, 0, { headingDeg: null }))
    expect(metersFrom(0, fixes.positionAt(T0 + 1000))).toBeLessThan(0.01)
    expect(fixes.positionAt(T0 + 1000)?.accuracyM).toBeCloseTo(24, 6)
    const other = createFixes()
    other.add(fixAt(0, 0, { speedMps: null }))
    expect(other.positionAt(T0 + 1000)?.accuracyM).toBeNull()
  })

  test('seconds after the last one, the last known position is stale, and nothing more is claimed', () => {
    const position = drive(0, 10).positionAt(T0 + 13_001)
    expect(position).toEqual({
      fix: 'stale',
      lat: expect.any(Number),
      lon: expect.any(Number),
      accuracyM: null,
      headingDeg: null,
      speedMps: null,
    })
    expect(metersFrom(10, position)).toBeLessThan(0.01)
  })

  test('minutes after, and before the first one, it is null', () => {
    const fixes = drive(0, 10)
    expect(fixes.positionAt(T0 + 311_000)).toBeNull()
    expect(fixes.positionAt(T0 - 3001)).toBeNull()
    expect(fixes.positionAt(T0 - 2999)).toMatchObject({ fix: 'gps' })
  })

  test('in a tunnel between two distant fixes, it is stale in the middle and extrapolated at the ends', () => {
    const fixes = drive(30, 40, 0, drive(0, 10))
    expect(fixes.positionAt(T0 + 12_000)).toMatchObject({ fix: 'gps' })
    expect(fixes.positionAt(T0 + 20_000)).toMatchObject({ fix: 'stale' })
    expect(metersFrom(28, fixes.positionAt(T0 + 28_000))).toBeLessThan(0.1)
  })
})

describe('the clock of the host', () => {
  test('an hour wrong from the start: positions still belong to the instant', () => {
    const hour = 3_600_000
    const fixes = drive(0, 10, -hour)
    expect(fixes.clockOffsetMs()).toBe(LATENCY_MS - hour)
    expect(metersFrom(4.6, fixes.positionAt(T0 - hour + 4600 + LATENCY_MS))).toBeLessThan(0.1)
    expect(fixes.positionAt(T0 + 4600)).toBeNull()
  })

  test.each([90_000, -90_000, 4000, -4000])(
    'stepped by %d ms: frames before and after it get positions',
    (step) => {
      const fixes = drive(11, 20, step, drive(0, 10))
      expect(metersFrom(3.5, fixes.positionAt(T0 + 3500))).toBeLessThan(0.1)
      const stamped = T0 + 18_500 + LATENCY_MS + step
      expect(metersFrom(18.5, fixes.positionAt(stamped))).toBeLessThan(0.1)
      expect(fixes.clockOffsetMs()).toBe(step + LATENCY_MS)
    },
  )

  test('delayed by a busy host: does not count as stepped', () => {
    const fixes = drive(0, 10)
    // Three fixes that waited come at the same moment.
    for (const second of [11, 12, 13]) fixes.add(fixAt(second, (14 - second) * 1000))
    drive(14, 16, 0, fixes)
    expect(fixes.clockOffsetMs()).toBe(0)
    expect(metersFrom(12.5, fixes.positionAt(T0 + 12_500))).toBeLessThan(0.1)
  })

  test('with the latency of a receiver: does not count as an offset', () => {
    expect(drive(0, 5, 600).clockOffsetMs()).toBe(0)
  })
})

test('a receiver that corrects its date backwards starts again', () => {
  const fixes = createFixes()
  const wrong = 1024 * 7 * 86_400_000
  for (const second of [0, 1, 2]) fixes.add(fixAt(second, 0, { at: T0 + wrong + second * 1000 }))
  drive(3, 10, 0, fixes)
  expect(metersFrom(9.5, fixes.positionAt(T0 + 9500))).toBeLessThan(0.1)
})

test('a repeated fix, and one of a second receiver slightly later, change nothing', () => {
  const fixes = drive(0, 10)
  fixes.add(fixAt(10))
  fixes.add(fixAt(9.5, 0, { lat: 40 }))
  expect(metersFrom(9.7, fixes.positionAt(T0 + 9700))).toBeLessThan(0.1)
})

test('a day of fixes stays small', () => {
  const fixes = createFixes()
  const cpuMs = cpuMsOf(() => {
    for (let second = 0; second < 86_400; second++) fixes.add(fixAt(second / 10))
  })
  expect(cpuMs).toBeLessThan(5000)
  expect(fixes.positionAt(T0 + 1000)).toBeNull()
  expect(fixes.positionAt(T0 + 8_600_000)).toMatchObject({ fix: 'gps' })
})
