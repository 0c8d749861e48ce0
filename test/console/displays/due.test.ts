import { quarterAt } from '@sightline/api/displays/quarter'
import { describe, expect, it } from 'vitest'
import {
  daysLeft,
  dueGroups,
  dueStep,
  quarterOf,
  statusOf,
  verdictOf,
} from '../../../console/views/displays/list/due.ts'
import { aDisplay } from '../../support/displays.ts'

const now = Date.UTC(2026, 10, 24, 12)
const DAY = 86_400_000
const ending = (days: number, id = `d${days}`) =>
  aDisplay({ id, expiresAt: new Date(now + days * DAY).toISOString() })

describe('displays that are due (DSP-3)', () => {
  it.each([
    [61, null],
    [60, 60],
    [31, 60],
    [30, 30],
    [7, 7],
    [0.1, 7],
    [0, null],
    [-1, null],
  ])('%s days before the end are asked for at %s', (days, step) => {
    expect(dueStep(ending(days), now)).toBe(step)
  })

  it('are grouped by the nearest step, soonest first, without ended ones', () => {
    const closed = aDisplay({ id: 'closed', state: 'closed', expiresAt: ending(3).expiresAt })
    const groups = dueGroups([ending(40), ending(6), closed, ending(2), ending(90)], now)
    expect(groups.map(({ step, displays }) => [step, displays.map(({ id }) => id)])).toEqual([
      [7, ['d2', 'd6']],
      [60, ['d40']],
    ])
  })

  it('expire at that exact instant', () => {
    expect([statusOf(ending(0), now), statusOf(ending(0), now - 1)]).toEqual(['expired', 'active'])
    expect(daysLeft(ending(0.5).expiresAt, now)).toBe(0)
  })
})

describe('the quarter of oversight (DSP-4)', () => {
  it('is the same as the api’s', () => {
    for (let month = 0; month < 12; month++) {
      const at = Date.UTC(2026, month, 15)
      expect(quarterOf(at)).toEqual(quarterAt(at))
    }
  })

  it('counts only verdicts of this quarter', () => {
    const review = { at: '2026-09-30T23:59:59.999Z', by: 'iris-wong', verdict: 'relevant', reason: 'goes on' }
    expect(verdictOf({}, now)).toBe('waits')
    expect(verdictOf({ review: { ...review, verdict: 'relevant' } }, now)).toBe('waits')
    const thisQuarter = { ...review, verdict: 'rejected', at: '2026-10-01T00:00:00.000Z' } as const
    expect(verdictOf({ review: thisQuarter }, now)).toBe('rejected')
  })
})
