import { createSuppression, vehicleAt } from '@sightline/matcher/suppression'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aRead, gate } from '../support/reads.ts'

const MINUTE = 60_000
const seen = (at: number, alertId: string, sequence: number, isPictured = true, storedAt = 0) => ({
  ...{ at, storedAt, alertId, sequence, isPictured },
})

test('the first sighting is an alert at once, repeats are counted on it, and after the window comes another', () => {
  const suppression = createSuppression(10 * MINUTE)
  expect(suppression.see('v1', seen(0, 'a', 1))).toEqual({ alertId: 'a', count: 1 })
  expect(suppression.see('v1', seen(5 * MINUTE, 'b', 2))).toEqual({ alertId: 'a', count: 2 })
  expect(suppression.see('v2', seen(5 * MINUTE, 'c', 3))).toEqual({ alertId: 'c', count: 1 })
  expect(suppression.see('v1', seen(10 * MINUTE, 'd', 4))).toEqual({ alertId: 'd', count: 1 })
})

test('without a window every sighting is an alert', () => {
  const suppression = createSuppression(0)
  for (const id of ['a', 'b', 'a'])
    expect(suppression.see('v1', seen(0, id, 1))).toEqual({ alertId: id, count: 1 })
  expect(suppression.size).toBe(0)
})

test('a read that is judged again is not counted again; a late one belongs to the window', () => {
  const suppression = createSuppression(10 * MINUTE)
  suppression.see('v1', seen(20 * MINUTE, 'a', 1))
  expect(suppression.see('v1', seen(20 * MINUTE, 'a', 1))).toEqual({ alertId: 'a', count: 1 })
  expect(suppression.see('v1', seen(15 * MINUTE, 'b', 2))).toEqual({ alertId: 'a', count: 2 })
  expect(suppression.see('v1', seen(15 * MINUTE, 'b', 2))).toEqual({ alertId: 'a', count: 2 })
  expect(suppression.see('v1', seen(0, 'c', 3))).toEqual({ alertId: 'c', count: 1 })
  expect(suppression.see('v1', seen(1 * MINUTE, 'd', 4))).toEqual({ alertId: 'c', count: 2 })
  expect(suppression.see('v1', seen(21 * MINUTE, 'e', 5))).toEqual({ alertId: 'a', count: 3 })
})

const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR

test.each([-5 * YEAR, -8 * HOUR, -30_000, 0, 30_000, 5 * MINUTE])(
  'a camera whose clock is %i ms off gives the same alerts as one that is right',
  (off) => {
    const suppression = createSuppression(10 * MINUTE)
    const alerts = [0, 5, 9.9, 10, 19, 21].map((minutes, n) => {
      const at = 6 * YEAR + minutes * MINUTE
      return suppression.see('v1', seen(at + off, `a${n}`, n + 1, true, at)).alertId
    })
    expect(alerts).toEqual(['a0', 'a0', 'a0', 'a3', 'a3', 'a5'])
  },
)

test('a clock that stands still, or begins again at each start, hides no later visit', () => {
  const suppression = createSuppression(10 * MINUTE)
  const visits = [0, 1, 2, 3].map((day) =>
    [0, 1].map(
      (minute) =>
        suppression.see(
          'v1',
          seen(minute, `d${day}-${minute}`, day * 2 + minute, true, day * 24 * HOUR + minute * MINUTE),
        ).alertId,
    ),
  )
  expect(visits).toEqual([0, 1, 2, 3].map((day) => [`d${day}-0`, `d${day}-0`]))
})

test('what an agent sends after it was cut off is as many visits as it saw', () => {
  const suppression = createSuppression(10 * MINUTE)
  const alerts = [0, 1, 30, 31, 60].map(
    (minutes, n) => suppression.see('v1', seen(minutes * MINUTE, `a${n}`, n + 1, true, 5 * HOUR + n)).alertId,
  )
  expect(alerts).toEqual(['a0', 'a0', 'a2', 'a2', 'a4'])
})

test('one vehicle is suppressed for a display of a plate, each vehicle for a pattern; each camera separately', () => {
  const [read, misread] = [aRead(), aRead({ plate: '7A8C123' })]
  const [exact, confusable, pattern] = [
    { kind: 'exact' },
    { kind: 'confusable' },
    { kind: 'pattern' },
  ] as const
  expect(vehicleAt('d1', confusable, misread)).toBe(vehicleAt('d1', exact, read))
  expect(vehicleAt('d1', pattern, misread)).not.toBe(vehicleAt('d1', pattern, read))
  expect(vehicleAt('d2', exact, read)).not.toBe(vehicleAt('d1', exact, read))
  const elsewhere = aRead({ camera: { ...gate, id: 'gate-2' } })
  expect(vehicleAt('d1', exact, elsewhere)).not.toBe(vehicleAt('d1', exact, read))
  expect(vehicleAt('d1', exact, aRead({ source: 'sim' }))).not.toBe(vehicleAt('d1', exact, read))
})

test('a read with another state never replaces one whose state fits: it may be another vehicle', () => {
  const differs = { kind: 'exact', differs: ['region'] } as const
  const [here, there] = [aRead({ region: 'us-vt' }), aRead({ region: 'us-ga' })]
  expect(vehicleAt('d1', differs, there)).not.toBe(vehicleAt('d1', { kind: 'exact' }, here))
  expect(vehicleAt('d1', differs, there)).toBe(vehicleAt('d1', differs, there))
})

test('a read with an image is an alert that stands for those without; later ones are counted on it (DSP-7)', () => {
  const suppression = createSuppression(10 * MINUTE)
  expect(suppression.see('v1', seen(0, 'a', 1, false))).toEqual({ alertId: 'a', count: 1 })
  expect(suppression.see('v1', seen(1, 'b', 2, false))).toEqual({ alertId: 'a', count: 2 })
  const better = { alertId: 'c', count: 1, standsFor: 'a' }
  expect(suppression.see('v1', seen(2, 'c', 3))).toEqual(better)
  expect(suppression.see('v1', seen(2, 'c', 3))).toEqual(better)
  expect(suppression.see('v1', seen(3, 'd', 4))).toEqual({ alertId: 'c', count: 2 })
  // The other way round nothing is gained.
  expect(suppression.see('v2', seen(0, 'e', 5))).toEqual({ alertId: 'e', count: 1 })
  expect(suppression.see('v2', seen(1, 'f', 6, false))).toEqual({ alertId: 'e', count: 2 })
})

/** SightingCount as they come, each with its place in the stream; late ones among them. */
const stream = fc
  .array(fc.record({ vehicle: fc.constantFrom('v1', 'v2'), at: fc.nat(60), isPictured: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((all) =>
    all.map((sighting, n) => ({ ...sighting, storedAt: n * 3, alertId: `a${n}`, sequence: n + 1 })),
  )
type Seen = ReturnType<typeof createSuppression>
const judge = (
  suppression: Seen,
  sightings: {
    vehicle: string
    at: number
    storedAt: number
    alertId: string
    sequence: number
    isPictured: boolean
  }[],
) => sightings.map(({ vehicle, ...sighting }) => suppression.see(vehicle, sighting))

test('after a kill anywhere, judging again from any earlier position with what was stored raises nothing new and counts the same', () => {
  fc.assert(
    fc.property(stream, fc.nat(), fc.nat(), fc.nat(), (sightings, a, b, c) => {
      const whole = judge(createSuppression(10), sightings)
      const killedAt = a % (sightings.length + 1)
      const position = killedAt === 0 ? 0 : b % killedAt
      const before = createSuppression(10)
      const done = judge(before, sightings.slice(0, killedAt))
      const after = createSuppression(10)
      // Every alert is stored at once; counts are as old as anything up to the kill, yet not older than the position.
      for (const [n, { alertId }] of done.entries()) {
        const { vehicle, ...sighting } = sightings[n]!
        if (alertId === sighting.alertId) after.restore(vehicle, sighting)
      }
      const countedTo = position + (killedAt > position ? c % (killedAt - position + 1) : 0)
      for (const [n, { alertId, count }] of done.slice(0, countedTo).entries()) {
        if (count > 1) after.restoreCount(alertId, count, n + 1)
      }
      const again = judge(after, sightings.slice(position))
      expect(again.map(({ alertId }) => alertId)).toEqual(whole.slice(position).map(({ alertId }) => alertId))
      const counts = (of: typeof whole) => new Map(of.map(({ alertId, count }) => [alertId, count]))
      for (const [alertId, count] of counts(again)) expect(count).toBe(counts(whole).get(alertId))
    }),
    { numRuns: 1000 },
  )
})

test('memory is bounded, and within the bound each vehicle has one alert a window', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ vehicle: fc.nat(5), at: fc.nat(50) })), (sightings) => {
      const suppression = createSuppression(10, 4)
      const times = new Map<string, number>()
      sightings.sort((a, b) => a.at - b.at)
      for (const [n, { vehicle, at }] of sightings.entries()) {
        const { alertId } = suppression.see(`v${vehicle}`, seen(at, `a${n}`, n + 1))
        expect(suppression.size).toBeLessThanOrEqual(4)
        if (alertId === `a${n}`) times.set(alertId, at)
        else expect(at - times.get(alertId)!).toBeLessThan(10)
      }
    }),
  )
})
