import type { Party } from '@sightline/api/displays/parties'
import {
  endDisplay,
  statusOf,
  withChange,
  withNewOwner,
  withReview,
  withValidation,
} from '@sightline/api/displays/steps'
import { instant } from '@sightline/runtime/clock'
import { type Display, displayIsActive, displayParser, validationEnds } from '@sightline/schemas/display'
import type { SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDisplay } from '../../support/displays.ts'

const DAY = 86_400_000
const start = Date.UTC(2026, 0, 1)
const display = aDisplay({ owner: 'anna' })
const ROLES: Record<string, Role[]> = {
  anna: ['analyst'],
  bert: ['analyst'],
  sue: ['supervisor'],
  sid: ['supervisor'],
  olga: ['oversight'],
}
const party = (id: string, ownersSupervisor: string | null = 'sue'): Party => ({
  ...{ id, roles: ROLES[id]!, ownersSupervisor, session: 'key' },
})
const words = 'as the case file says'
const change = (more: object, by = 'anna', now = start + DAY) => withChange(display, more, party(by), now)
const code = (expected: string, message: RegExp) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) })

describe('a display', () => {
  it('is changed by its owner, at any moment of its life (DSP-5)', () => {
    const next = change({ priority: 'high', region: 'us-ca', only: { makes: ['Ford'] }, minProbability: 0.7 })
    expect(displayParser.check(next)).toBe(true)
    expect(next).toEqual({
      ...display,
      ...{ priority: 'high', region: 'us-ca', only: { makes: ['Ford'] }, minProbability: 0.7 },
    })
    const wider = withChange(
      next,
      { region: null, only: null, minProbability: null },
      party('anna'),
      start + DAY,
    )
    expect(wider).toEqual({ ...display, priority: 'high' })
  })

  it.each([
    ['by another analyst', () => change({ priority: 'low' }, 'bert'), 'NOT_ALLOWED', /its owner \(DSP-5\)/],
    ["by the owner's supervisor", () => change({ priority: 'low' }, 'sue'), 'NOT_ALLOWED', /its owner/],
    [
      'to live longer than a year after its validation',
      () => change({ expiresAt: '2027-01-02T01:00:00.000Z' }),
      'RULE_BROKEN',
      /DSP-3/,
    ],
    ['to end in the past', () => change({ expiresAt: instant(start) }), 'RULE_BROKEN', /future/],
    [
      'to end on no day of the calendar',
      () => change({ expiresAt: '2026-02-31T00:00:00.000Z' }),
      'MESSAGE_INVALID',
      /not a valid date/,
    ],
    ['for an unknown port', () => change({ portsOfEntry: ['9999'] }), 'RULE_BROKEN', /9999/],
    [
      'after it has expired',
      () => change({ priority: 'low' }, 'anna', Date.parse(display.expiresAt)),
      'CONFLICT',
      /expired \(DSP-3\)/,
    ],
  ])('is not changed %s (DSP-5)', (_what, step, expected, message) => {
    expect(step).toThrow(code(expected, message))
  })

  it('that is validated in time lives a year more; a millisecond too late is refused (DSP-3)', () => {
    const end = Date.parse(display.expiresAt)
    const next = withValidation(display, { reason: words }, party('anna'), end - 1)
    expect(next).toEqual({
      ...display,
      ...{ validatedAt: '2026-12-31T23:59:59.999Z', expiresAt: '2027-12-31T23:59:59.999Z' },
    })
    expect(() => withValidation(display, { reason: words }, party('anna'), end)).toThrow(
      code('CONFLICT', /DSP-3/),
    )
    expect(() => withValidation(display, { reason: words }, party('sue'), end - 1)).toThrow(
      code('NOT_ALLOWED', /validated by its owner \(DSP-3\)/),
    )
  })

  it('that is rejected in review matches nothing from then on; found relevant it lives no longer for it (DSP-4)', () => {
    const verdict = (verdict: 'relevant' | 'rejected', by = 'olga') =>
      withReview(display, { verdict, reason: words }, party(by), start + DAY)
    const review = { at: instant(start + DAY), by: 'olga', reason: words }
    expect(verdict('relevant')).toEqual({ ...display, review: { ...review, verdict: 'relevant' } })
    const rejected = verdict('rejected')
    expect(displayParser.check(rejected)).toBe(true)
    expect(rejected).toMatchObject({ state: 'rejected', review: { verdict: 'rejected', reason: words } })
    expect(displayIsActive(rejected, start + DAY)).toBe(false)
    for (const by of ['anna', 'sue'])
      expect(() => verdict('rejected', by)).toThrow(code('NOT_ALLOWED', /DSP-4/))
    const own = { ...party('anna'), roles: ['oversight'] as Role[] }
    expect(() => withReview(display, { verdict: 'relevant', reason: words }, own, start)).toThrow(
      code('NOT_ALLOWED', /does not own it/),
    )
  })

  it("is handed over by its owner's supervisor to another analyst, and keeps its day (DSP-3)", () => {
    const give = (to: string, by: string, isAnalyst = true, supervisor: string | null = 'sue') =>
      withNewOwner(display, { id: to, isAnalyst }, party(by, supervisor), start + DAY)
    expect(give('bert', 'sue')).toEqual({ ...display, owner: 'bert' })
    expect(give('bert', 'sid', true, null)).toEqual({ ...display, owner: 'bert' })
    expect(() => give('bert', 'sid')).toThrow(code('NOT_ALLOWED', /owner's supervisor/))
    expect(() => give('bert', 'anna')).toThrow(code('NOT_ALLOWED', /owner's supervisor/))
    expect(() => give('anna', 'sue')).toThrow(code('RULE_BROKEN', /already owns/))
    expect(() => give('bert', 'sue', false)).toThrow(code('RULE_BROKEN', /not an analyst/))
  })

  it('never lives beyond a year from its validation, and never comes back, whatever anybody tries (DSP-3, DSP-4, DSP-5)', () => {
    const aStep = fc.record({
      step: fc.constantFrom('update', 'close', 'validate', 'hand-over', 'review'),
      by: fc.constantFrom(...Object.keys(ROLES)),
      to: fc.constantFrom('anna', 'bert', 'sue'),
      verdict: fc.constantFrom('relevant' as const, 'rejected' as const),
      waitDays: fc.integer({ min: 0, max: 200 }),
      endDays: fc.option(fc.integer({ min: -10, max: 400 }), { nil: undefined }),
    })
    const property = fc.property(fc.array(aStep, { maxLength: 25 }), (tries) => {
      let current: Display = display
      let now = start
      let hasEnded = false
      for (const { step, by, to, verdict, waitDays, endDays } of tries) {
        now += waitDays * DAY
        const expiresAt = endDays === undefined ? {} : { expiresAt: instant(now + endDays * DAY) }
        const before = current
        const actor = party(by)
        hasEnded ||= statusOf(before, now) !== 'active'
        try {
          if (step === 'update') current = withChange(before, { reason: words, ...expiresAt }, actor, now)
          if (step === 'close') current = endDisplay(before, actor)
          if (step === 'validate')
            current = withValidation(before, { reason: words, ...expiresAt }, actor, now)
          if (step === 'hand-over')
            current = withNewOwner(before, { id: to, isAnalyst: to !== 'sue' }, actor, now)
          if (step === 'review') current = withReview(before, { verdict, reason: words }, actor, now)
        } catch (error) {
          expect(['NOT_ALLOWED', 'CONFLICT', 'RULE_BROKEN']).toContain((error as SightlineError).code)
          continue
        }
        expect(displayParser.check(current)).toBe(true)
        if (hasEnded) expect([displayIsActive(current, now), current.owner]).toEqual([false, before.owner])
        if (current.validatedAt !== before.validatedAt) expect([step, by]).toEqual(['validate', before.owner])
        if (current.state === 'rejected') expect(current.review?.by).toBe('olga')
        if (current.owner !== before.owner) expect([step, by]).toEqual(['hand-over', 'sue'])
        expect(Date.parse(current.expiresAt)).toBeLessThanOrEqual(
          validationEnds(new Date(current.validatedAt)).getTime(),
        )
        expect([current.id, current.plate, current.createdAt]).toEqual([
          display.id,
          display.plate,
          display.createdAt,
        ])
      }
    })
    fc.assert(property, { numRuns: 1000 })
  })
})
