import { displayIsActive, validationEnds } from '@sightline/schemas/display'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'

test.each([
  ['2026-11-24T03:05:01.123Z', '2027-11-24T03:05:01.123Z'],
  ['2028-02-29T12:00:00.000Z', '2029-02-28T12:00:00.000Z'],
  ['2027-02-28T12:00:00.000Z', '2028-02-28T12:00:00.000Z'],
])('a display validated at %s expires at %s (DSP-3)', (validated, ends) => {
  expect(validationEnds(new Date(validated)).toISOString()).toBe(ends)
})

test('a validation never lasts more than 366 days, nor less than 365', () => {
  const day = 24 * 3600 * 1000
  const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(instants, (validated) => {
      const days = (validationEnds(validated).getTime() - validated.getTime()) / day
      expect(days === 365 || days === 366).toBe(true)
    }),
  )
})

test('a display is active until the instant of its expiry, and only in the state active', () => {
  const ends = Date.parse(aDisplay().expiresAt)
  expect(displayIsActive(aDisplay(), ends - 1)).toBe(true)
  expect(displayIsActive(aDisplay(), ends)).toBe(false)
  expect(displayIsActive(aDisplay({ state: 'rejected' }), ends - 1)).toBe(false)
})
