import { createDisplayCase } from '@sightline/api/displays/case-check'
import { mattersOf } from '@sightline/api/displays/matters'
import { endWithCase } from '@sightline/api/displays/steps'
import { instant } from '@sightline/runtime/clock'
import type { About, Case } from '@sightline/schemas/case'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDisplay } from '../../support/displays.ts'
import { sampleCase } from '../oversight/holdings.ts'

const NOW = Date.UTC(2026, 10, 24, 9)
const DAY = 86_400_000
const until = (days: number) => ({ until: instant(NOW + days * DAY), renewals: [] })

const arbitraryCase = fc
  .record({
    id: fc.constantFrom('c1', 'c2', 'c3'),
    caseRef: fc.constantFrom('REF-1', 'REF-2', 'c1'),
    plate: fc.constantFrom('7ABC123', '9ZZZ999'),
    state: fc.constantFrom('open' as const, 'closed' as const),
    days: fc.integer({ min: -2, max: 400 }),
    owner: fc.constantFrom('anna', 'bert'),
    members: fc.uniqueArray(fc.constantFrom('anna', 'bert'), { maxLength: 2 }),
  })
  .map(({ id, plate, days, ...more }) =>
    sampleCase(id, 'project', plate, { ...more, retention: until(days) }),
  )
const arbitraryCases = fc.uniqueArray(arbitraryCase, { maxLength: 3, selector: ({ id }) => id })

const storeOf = (cases: readonly Case[]) => ({
  select: (keep: (one: Case) => boolean) => cases.filter(keep),
  find: async (id: string) => {
    const value = cases.find((one) => one.id === id)
    return value && { value, revision: 1 }
  },
})
/** Said again, plainly: may be kept for a display of REF-1 and 7ABC123. */
const carries = ({ id, caseRef, state, retention, subjects }: Case, ref: string) =>
  (caseRef === ref || id === ref) &&
  state === 'open' &&
  Date.parse(retention.until) > NOW &&
  subjects.some(({ about }) => 'plate' in about && about.plate === '7ABC123')
const plain = { caseRef: 'REF-1', plate: '7ABC123' }

describe('the case of a display', () => {
  it('is open, names its plate, and its owner may use it; the display is kept no longer than that (DSP-1, QRY-6)', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCases, fc.constantFrom('REF-1', 'c1'), async (cases, caseRef) => {
        const ask = createDisplayCase(storeOf(cases), () => NOW)('anna', { ...plain, caseRef })
        const allowing = cases.filter(
          (one) => carries(one, caseRef) && (one.owner === 'anna' || one.members.includes('anna')),
        )
        if (allowing.length === 0)
          await expect(ask).rejects.toMatchObject({ code: /NOT_ALLOWED|CASE_CLOSED|SUBJECT_NOT_NAMED/ })
        else
          expect(await ask).toBe(
            allowing
              .map(({ retention }) => retention.until)
              .sort()
              .at(-1),
          )
      }),
    )
  })

  it('may be any case with the reference, whoever may use it; without one the display is closed (DSP-5)', () => {
    fc.assert(
      fc.property(arbitraryCases, (cases) => {
        const found = mattersOf(cases, NOW)(aDisplay(plain))
        expect(new Set(found)).toEqual(new Set(cases.filter((one) => carries(one, 'REF-1'))))
      }),
    )
  })

  it.each<[string, About, string, boolean]>([
    ['a plate that it covers', { plate: '7ABC123' }, '7AB?1*', true],
    ['another plate', { plate: '9ZZZ999' }, '7AB?1*', false],
    ['a vehicle', { vehicle: { make: 'Toyota' } }, '7AB?1*', true],
    ['a vehicle, for one plate', { vehicle: { make: 'Toyota' } }, '7ABC123', false],
  ])('for a pattern: a case that names %s (QRY-6)', (_what, about, plate, isEnough) => {
    const one = sampleCase('c1', 'event', '7ABC123', { caseRef: 'REF-1' })
    const named = { ...one, subjects: [{ ...one.subjects[0]!, about }] }
    expect(mattersOf([named], NOW)(aDisplay({ ...plain, plate })).length > 0).toBe(isEnough)
  })

  it('limits its end, which is refused later only to a person who asked for it (DSP-5)', () => {
    const days = fc.integer({ min: 1, max: 365 })
    fc.assert(
      fc.property(days, days, fc.boolean(), (end, kept, isWanted) => {
        const display = aDisplay({ expiresAt: instant(NOW + end * DAY) })
        const bound = () =>
          endWithCase(display, until(kept).until, isWanted ? display.expiresAt : undefined).expiresAt
        // Who asks for the last day of the case has it, whatever the hour.
        if (isWanted && end > kept + 1) expect(bound).toThrow(/after the end of the case/)
        else expect(bound()).toBe(instant(NOW + Math.min(end, kept) * DAY))
      }),
    )
  })
})
