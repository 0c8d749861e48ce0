import { createPlantedCheck, faultsOf } from '@sightline/replay/check'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const isOurs = (readId: string) => readId.startsWith('our')

/** Three planted hits; each alert given as [display, read]. */
function verdictOf(...alerts: (readonly [string, string])[]) {
  const check = createPlantedCheck(isOurs)
  for (const n of [1, 2, 3]) check.planted(`our-${n}`, `d${n}`, n * 100)
  for (const [displayId, readId] of alerts) check.alert({ displayId, readId })
  return check.verdict()
}
const all = [
  ['d1', 'our-1'],
  ['d2', 'our-2'],
  ['d3', 'our-3'],
] as const

test('one alert for each planted hit is correct', () => {
  const verdict = verdictOf(...all)
  expect(verdict).toMatchObject({ planted: 3, alerted: 3, missing: [], doubled: [], unexpected: [] })
  expect(faultsOf(verdict)).toEqual([])
})

test('a missing alert is a fault', () => {
  const verdict = verdictOf(all[0], all[2])
  expect(verdict.missing).toEqual(['our-2'])
  expect(faultsOf(verdict)).toEqual(['1 planted hits raised no alert (our-2)'])
})

test('a doubled alert is a fault', () => {
  const verdict = verdictOf(...all, all[1])
  expect(verdict).toMatchObject({ alerted: 3, doubled: [{ displayId: 'd2', readId: 'our-2' }] })
  expect(faultsOf(verdict)[0]).toContain('more than once (display d2, read our-2)')
})

test.each([
  ['our display on another planted read', 'd1', 'our-2'],
  ['our display on a read of ours that is not planted', 'd1', 'our-9'],
  ['our display on a read of somebody else', 'd1', 'their-1'],
  ["somebody else's display on a read of ours that is not planted", 'x', 'our-9'],
  ["somebody else's display on a planted read", 'x', 'our-1'],
])('an alert of %s is a fault', (_what, displayId, readId) => {
  const verdict = verdictOf(...all, [displayId, readId])
  expect(verdict.unexpected).toEqual([{ displayId, readId }])
  expect(faultsOf(verdict)).toHaveLength(1)
})

test('an alert unrelated to the run is counted and is no fault', () => {
  const verdict = verdictOf(...all, ['x', 'their-1'])
  expect(verdict.elsewhere).toBe(1)
  expect(faultsOf(verdict)).toEqual([])
})

test('an alert is timed from when its read was due, once', () => {
  const check = createPlantedCheck(isOurs)
  check.planted('our-1', 'd1', 123)
  expect(check.outstanding()).toBe(1)
  expect(check.alert({ displayId: 'd1', readId: 'our-1' })).toBe(123)
  expect(check.outstanding()).toBe(0)
  expect(check.alert({ displayId: 'd1', readId: 'our-1' })).toBeUndefined()
  expect(check.alert({ displayId: 'd2', readId: 'our-1' })).toBeUndefined()
})

test('the check passes exactly if each pair came once and no other pair of ours did, in any order', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.array(pair, { maxLength: 12 }), (planted, alerts) => {
      const check = createPlantedCheck(isOurs)
      for (let n = 0; n < planted; n++) check.planted(`our-${n}`, `d${n}`, 0)
      for (const [display, read] of alerts) check.alert({ displayId: `d${display}`, readId: `our-${read}` })
      const came = alerts.map(([display, read]) => `${display}/${read}`).sort()
      const wanted = Array.from({ length: planted }, (_, n) => `${n}/${n}`)
      expect(faultsOf(check.verdict()).length === 0).toBe(came.join() === wanted.join())
    }),
    { numRuns: 500 },
  )
})
