import { emptyFile } from '@sightline/api/access/requests'
import {
  certifyAccess,
  isCertified,
  isTrained,
  recertify,
  withTraining,
} from '@sightline/api/access/validity'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 24, 9)
const boss = { id: 'sue', roles: ['supervisor'] as const }
const granted = {
  id: 'r1',
  need: 'a need that is stated',
  sources: ['edge'],
  state: 'granted' as const,
  steps: [],
}
const analyst: AccessFile = { ...emptyFile('anna'), requests: [granted] }
const train = (
  completedAt: number,
  at = now,
  by: { id: string; roles: readonly 'administrator'[] | readonly 'supervisor'[] } = boss,
) => withTraining(analyst, { completedAt: instant(completedAt), certificate: 'C-77' }, by, 'sue', at)

describe('training (ACC-3)', () => {
  it('is valid to the millisecond for a year from its day, whenever it is recorded', () => {
    const anyInstant = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2032, 0) })
    const property = fc.property(anyInstant, fc.integer({ min: 0, max: 364 }), (completed, days) => {
      const file = train(completed, completed + days * DAY)
      const end = Date.parse(file.training!.validUntil)
      expect((end - completed) / DAY).toSatisfy((length: number) => length === 365 || length === 366)
      expect([isTrained(file, end - 1), isTrained(file, end)]).toEqual([true, false])
      const [from, to] = [new Date(completed), new Date(end)]
      expect(to.getUTCFullYear()).toBe(from.getUTCFullYear() + 1)
      expect(to.getUTCMonth()).toBe(from.getUTCMonth())
    })
    fc.assert(property)
  })

  it('completed on 29 February ends on 28 February', () => {
    const leap = Date.UTC(2028, 1, 29, 12)
    expect(train(leap, leap).training!.validUntil).toBe('2029-02-28T12:00:00.000Z')
  })

  it.each([
    ['for a day in the future', () => train(now + 1), /in the future/],
    ['for a day a year ago', () => train(now - 366 * DAY), /a year ago/],
    [
      'for a day that does not exist',
      () =>
        withTraining(
          analyst,
          { completedAt: '2026-02-31T00:00:00.000Z', certificate: 'C-77' },
          boss,
          'sue',
          now,
        ),
      /not a valid date/,
    ],
    [
      'by the person who was trained',
      () =>
        withTraining(
          analyst,
          { completedAt: instant(now), certificate: 'C-77' },
          { id: 'anna', roles: ['supervisor'] },
          'anna',
          now,
        ),
      /their own training/,
    ],
    [
      'by another supervisor',
      () => train(now, now, { id: 'sid', roles: ['supervisor'] as const }),
      /own supervisor/,
    ],
    [
      'for a day before the last training',
      () =>
        withTraining(train(now), { completedAt: instant(now - DAY), certificate: 'C-76' }, boss, 'sue', now),
      /before the last recorded training/,
    ],
  ])('is not recorded %s', (_what, record, message) => expect(record).toThrow(message))

  it('may be recorded by an administrator', () => {
    expect(isTrained(train(now - DAY, now, { id: 'adam', roles: ['administrator'] as const }), now)).toBe(
      true,
    )
  })
})

describe('certification (ACC-4)', () => {
  it('renewed in time is valid for a year more; an analyst who is late has to ask again', () => {
    const first = certifyAccess(analyst, 'olga', now)
    const end = Date.parse(first.certification!.validUntil)
    expect([isCertified(first, end - 1), isCertified(first, end)]).toEqual([true, false])
    expect(recertify(first, 'olga', end - 1).certification!.validUntil).toBe('2028-11-24T08:59:59.999Z')
    expect(() => recertify(first, 'olga', end)).toThrow(/access ended because .*\(ACC-4\)/)
    expect(() => recertify(first, 'anna', end - 1)).toThrow(/nobody certifies their own/)
  })

  it('of an office can be renewed late, because there is no request to repeat', () => {
    expect(isCertified(recertify(emptyFile('sue'), 'olga', now), now)).toBe(true)
  })
})
