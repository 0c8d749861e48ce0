import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSuppression } from '../../matcher/suppression.ts'

const MINUTE = 60_000

test('the first comes at once, repeats are counted on it, and after the window comes another', () => {
  const suppression = createSuppression(10 * MINUTE)
  expect(suppression.see('d1', 'c1', 0, 'a')).toEqual({ alertId: 'a', count: 1 })
  expect(suppression.see('d1', 'c1', 5 * MINUTE, 'b')).toEqual({ alertId: 'a', count: 2 })
  expect(suppression.see('d1', 'c2', 5 * MINUTE, 'c')).toEqual({ alertId: 'c', count: 1 })
  expect(suppression.see('d2', 'c1', 5 * MINUTE, 'd')).toEqual({ alertId: 'd', count: 1 })
  expect(suppression.see('d1', 'c1', 10 * MINUTE, 'e')).toEqual({ alertId: 'e', count: 1 })
})

test('a read that is delivered again is not counted again; a late one belongs to the window', () => {
  const suppression = createSuppression(10 * MINUTE)
  suppression.see('d1', 'c1', 20 * MINUTE, 'a')
  expect(suppression.see('d1', 'c1', 20 * MINUTE, 'a')).toEqual({ alertId: 'a', count: 1 })
  expect(suppression.see('d1', 'c1', 15 * MINUTE, 'b')).toEqual({ alertId: 'a', count: 2 })
  expect(suppression.see('d1', 'c1', 0, 'c')).toEqual({ alertId: 'c', count: 1 })
  expect(suppression.see('d1', 'c1', 21 * MINUTE, 'd')).toEqual({ alertId: 'a', count: 3 })
})

test('memory is bounded, and within the bound each vehicle at a camera has one alert a window', () => {
  const sighting = fc.record({ camera: fc.nat(5), at: fc.nat(50) })
  fc.assert(
    fc.property(fc.array(sighting), (sightings) => {
      const suppression = createSuppression(10, 4)
      const times = new Map<string, number>()
      sightings.sort((a, b) => a.at - b.at)
      for (const [n, { camera, at }] of sightings.entries()) {
        const { alertId } = suppression.see('d', `c${camera}`, at, `a${n}`)
        expect(suppression.size).toBeLessThanOrEqual(4)
        if (alertId === `a${n}`) times.set(alertId, at)
        else expect(at - times.get(alertId)!).toBeLessThan(10)
      }
    }),
  )
})
