import { instant, millisecondsOf } from '@sightline/runtime/clock'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('millisecondsOf is the inverse of instant, from the year 0 to 9999', () => {
  const any = fc.date({
    min: new Date('0000-03-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
  })
  fc.assert(
    fc.property(any, (date) => {
      fc.pre(!Number.isNaN(date.getTime()))
      expect(millisecondsOf(instant(date.getTime()))).toBe(date.getTime())
    }),
    { numRuns: 2000 },
  )
  for (const day of [
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
    '2000-02-29',
    '1900-03-01',
    '1970-01-01',
    '2100-02-28',
  ]) {
    expect(millisecondsOf(`${day}T00:00:00.000Z`)).toBe(Date.parse(`${day}T00:00:00.000Z`))
  }
})
