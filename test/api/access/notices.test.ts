import { dueNotices, noticeDay } from '@sightline/api/access/notices'
import { emptyFile, withRequest, withStep } from '@sightline/api/access/requests'
import { withTraining } from '@sightline/api/access/validity'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import type { Person } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const DAY = 86_400_000
const start = Date.UTC(2026, 10, 24, 9)
const anna: Person = {
  ...newPerson({ id: 'anna', name: 'Anna', email: 'anna@agency.example' }, 'ada', start),
  state: 'active',
}
const step = (action: 'approve' | 'grant', id: string, role: 'supervisor' | 'system-owner') => ({
  ...{ action, reason: 'as it should be', supervisor: 'sue', by: { id, roles: [role] } },
})
const asked = withRequest(
  emptyFile('anna'),
  { id: 'r1', need: 'a need that is stated', sources: ['edge'] },
  start,
)
const approved = withStep(asked, 'r1', step('approve', 'sue', 'supervisor'), start)
const granted = withStep(approved, 'r1', step('grant', 'olga', 'system-owner'), start)
const record = { completedAt: instant(start - 100 * DAY), certificate: 'C-1' }
const file = withTraining(granted, record, { id: 'sue', roles: ['supervisor'] }, 'sue', start)

/** Sweeps once a day, but on the days that are skipped. @returns day on which each e-mail was posted */
function simulate(days: number, isDown: (day: number) => boolean): Map<string, number> {
  const posted = new Map<string, number>()
  for (let day = 0; day <= days; day++) {
    if (isDown(day)) continue
    for (const { id } of dueNotices(anna, file, start + day * DAY)) if (!posted.has(id)) posted.set(id, day)
  }
  return posted
}

describe('notices', () => {
  it('are sent 60, 30 and 7 days before an end, and when it comes; for a grant at once (ACC-2, ACC-3, ACC-4)', () => {
    expect(Object.fromEntries(simulate(800, () => false))).toEqual({
      'grant-anna-r1': 0,
      'training-anna-2027-08-16-60': 205,
      'training-anna-2027-08-16-30': 235,
      'training-anna-2027-08-16-7': 258,
      'training-anna-2027-08-16-0': 265,
      'certification-anna-2027-11-24-60': 305,
      'certification-anna-2027-11-24-30': 335,
      'certification-anna-2027-11-24-7': 358,
      'certification-anna-2027-11-24-0': 365,
    })
  })

  it('that were missed while nothing ran are sent right after, the nearest alone', () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 120 }),
      (from, length) => {
        const isDown = (day: number) => day >= from && day < from + length
        const always = simulate(800, () => false)
        const posted = simulate(800, isDown)
        for (const [id, day] of posted) {
          const onTime = always.get(id)!
          expect(day).toBe(isDown(onTime) ? from + length : onTime)
        }
        // Only those are missing whose whole period had passed when it ran again.
        const back = from + length
        for (const [id, onTime] of always) {
          if (posted.has(id)) continue
          const until = { 60: 30, 30: 23, 7: 7, 0: 31 }[Number(id.split('-').at(-1))] ?? 31
          expect([id, isDown(onTime) && back >= onTime + until - 1]).toEqual([id, true])
        }
      },
    )
    fc.assert(property)
  })

  it('address the person in plain words', () => {
    const [grant] = dueNotices(anna, file, start)
    expect(grant).toMatchObject({
      to: 'anna@agency.example',
      subject: 'Your access to Sightline is authorized',
    })
    expect(grant!.text).toMatch(
      /from these sources: edge\.[\s\S]*Appropriate use:[\s\S]*yearly training is current/,
    )
    const [reminder] = dueNotices(anna, file, start + 210 * DAY)
    expect(reminder!.subject).toBe('Your security and privacy training ends on 2027-08-16')
  })

  it('are not sent to anyone who is suspended, or has neither office nor access', () => {
    const late = start + 210 * DAY
    expect(dueNotices({ ...anna, state: 'suspended' }, file, start)).toEqual([])
    expect(dueNotices(anna, { ...file, requests: [] }, late)).toEqual([])
    expect(dueNotices({ ...anna, offices: ['oversight'] }, { ...file, requests: [] }, late).length).toBe(1)
  })

  it('are due at the exact instant, not at midnight', () => {
    const end = instant(start + 60 * DAY)
    expect(
      [start - 1, start, start + 30 * DAY, start + 53 * DAY, start + 60 * DAY].map((at) =>
        noticeDay(end, at),
      ),
    ).toEqual([...[null, 60, 30, 7, 0]])
  })
})
