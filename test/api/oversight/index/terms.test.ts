import { type Aliases, type AuditWanted, auditMatcher } from '@sightline/api/oversight/find'
import { termsOf, wantedTerms } from '@sightline/api/oversight/index/terms'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chained } from '../support.ts'

const AT = '2026-11-24T10:00:00.000Z'
const id = fc.constantFrom('jane', 'd1', 'c1', 'c1.r1', 'c1.r1.x', 'AB1', 'C-1')
const plate = fc.stringMatching(/^[AB1]{1,4}$/)
/** What people write around plates, in an alphabet so small that much of it is one. */
const words = fc.array(
  fc.constantFrom('A', 'b', '1', 'AB1', ' ', ' ', '-', '.', '·', '–', '_', '/', ', ', 'ä', '\n', 'K'),
  {
    maxLength: 12,
  },
)
const pattern = fc.array(fc.constantFrom('A', 'B', '1', '?', '*', '[AB]', '[', ']', ' ', '-'), {
  maxLength: 6,
})
const text = fc.oneof(
  words.map((parts) => parts.join('')),
  pattern.map((parts) => parts.join('')),
  id,
  fc.constantFrom(AT, '0b1ab1a1-1111-4111-8111-ab1ab1ab1ab1'),
)
const parameters = fc.dictionary(
  fc.constantFrom('plate', 'pattern', 'plateSeen', 'reason', 'case', 'caseId', 'caseRef'),
  fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.record({ plate: text, note: text }), fc.integer()),
  { maxKeys: 4 },
)
const record: fc.Arbitrary<AuditRecord> = fc
  .record({
    actor: id,
    subject: fc.option(id),
    parameters,
    action: fc.constantFrom('case.view', 'display.create'),
  })
  .map((content) => chained([{ ...content, at: AT } as AuditRecord])[0]!)
const action = fc.constantFrom('case.view', 'display.create')
const one = fc.oneof(
  ...[fc.record({ person: id }), fc.record({ plate }), fc.record({ case: id }), fc.record({ subject: id })],
)
const wanted: fc.Arbitrary<AuditWanted> = fc.oneof(
  one,
  fc.tuple(one, one, fc.record({ action }, { requiredKeys: [] })).map(([a, b, c]) => ({ ...a, ...b, ...c })),
)
const ids = fc.uniqueArray(id, { maxLength: 2 }).map((some) => new Set(some))
const aliases: fc.Arbitrary<Aliases> = fc.record({ ofPlate: ids, ofCase: ids })

describe('the terms of a record', () => {
  it('are in every search that the record matches (AUD-3)', () => {
    let matched = 0
    fc.assert(
      fc.property(record, wanted, aliases, (one, search, names) => {
        if (!auditMatcher(search, names)(one)) return
        matched++
        const terms = termsOf(one)
        for (const group of wantedTerms(search, names)) {
          expect(group.some((term) => terms.has(term))).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
    // Else the property says nothing.
    expect(matched).toBeGreaterThan(200)
  })

  it('are in every search for a plate in words or in a pattern', () => {
    let matched = 0
    fc.assert(
      fc.property(text, plate, fc.constantFrom('plate', 'reason'), (written, wantedPlate, key) => {
        const [one] = chained([
          { at: AT, actor: 'a', action: 'case.view', subject: null, parameters: { [key]: written } },
        ])
        const search = { plate: wantedPlate }
        const none = { ofPlate: new Set<string>(), ofCase: new Set<string>() }
        if (!auditMatcher(search, none)(one!)) return
        matched++
        const terms = termsOf(one!)
        expect(wantedTerms(search, none)[0]!.some((term) => terms.has(term))).toBe(true)
      }),
      { numRuns: 5000 },
    )
    expect(matched).toBeGreaterThan(60)
  })

  it('are few for what programs write', () => {
    const parameters = { from: AT, query: '0b1ab1a1-1111-4111-8111-ab1ab1ab1ab1' }
    const [one] = chained([{ at: AT, actor: 'jane', action: 'case.view', subject: 'c1', parameters }])
    expect([...termsOf(one!)]).toEqual(['acase.view', 'pjane', 'sc1'])
  })
})
