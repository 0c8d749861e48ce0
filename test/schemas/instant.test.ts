import { createParser, Instant } from '@sightline/schemas/message'
import { readParser } from '@sightline/schemas/read'
import { describe, expect, it } from 'vitest'
import { aRead } from '../support/reads.ts'

// A day that there is not: some programs would take it for the next month, others for none.

const instants = createParser('instant', Instant)
const two = (n: number) => String(n).padStart(2, '0')
const spelled = (year: number, month: number, day: number) =>
  `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T12:34:56.789Z`
/** Whether it is the same after the calendar had it. */
const isReal = (text: string) => {
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text
}

describe('an instant', () => {
  it('is on a day of the calendar: each day of each year, and no other', () => {
    for (let year = 0; year <= 9999; year++) {
      const months = year % 97 === 0 ? [...Array(14).keys()] : [2]
      for (const month of months) {
        for (let day = month === 2 ? 27 : 0; day <= 32; day++) {
          const text = spelled(year, month, day)
          if (instants.check(text) !== isReal(text))
            expect([text, instants.check(text)]).toEqual([text, isReal(text)])
        }
      }
    }
  })

  it('has one spelling', () => {
    for (const text of [
      ...['2026-11-24', '2026-11-24T03:05:01Z', '2026-11-24T03:05:01.123', '2026-11-24T24:00:00.000Z', ''],
      ...[
        '2026-11-24T03:05:60.000Z',
        '+002026-11-24T03:05:01.123Z',
        '2026-11-24t03:05:01.123z',
        ' 2026-11-24T03:05:01.123Z',
      ],
    ]) {
      expect([text, instants.check(text)]).toEqual([text, false])
    }
  })

  it('is written that way in every recorded and new read', () => {
    expect(() => readParser.parse(aRead({ seenAt: '2026-02-30T09:00:00.000Z' }))).toThrow(
      /seenAt is not a valid date and time, such as/,
    )
    expect(readParser.check(aRead({ seenAt: '2028-02-29T09:00:00.000Z' }))).toBe(true)
  })
})
