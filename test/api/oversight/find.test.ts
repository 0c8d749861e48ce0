import { type Aliases, type AuditWanted, auditMatcher } from '@sightline/api/oversight/find'
import { covers, mentionOf } from '@sightline/api/oversight/plates'
import type { AuditContent } from '@sightline/schemas/audit-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asked, chained, NOW } from './support.ts'

const NONE: Aliases = { ofPlate: new Set(), ofCase: new Set() }
const at = '2026-11-24T10:00:00.000Z'
const ACTS: AuditContent[] = [
  { ...asked('jane', NOW, { plate: '7ABC123', caseRef: 'C-1', query: 'q1' }), at },
  { at, actor: 'jane', action: 'query.answer', subject: 'q1', parameters: { results: 2 } },
  {
    at,
    actor: 'john',
    action: 'display.create',
    subject: 'd1',
    parameters: { plate: '7AB?1*', caseRef: 'C-2' },
  },
  { at, actor: 'john', action: 'display.close', subject: 'd1', parameters: {} },
  {
    at,
    actor: 'ada',
    action: 'access.grant',
    subject: 'jane',
    parameters: { reason: 'The car with the plate 7abc-123' },
  },
  { at, actor: 'jane', action: 'saved.create', subject: 'case1.read1', parameters: { query: 'q1' } },
  { at, actor: 'jane', action: 'case.view', subject: 'case1', parameters: {} },
  {
    at,
    actor: 'jane',
    action: 'case.create',
    subject: 'case9',
    parameters: { subjects: [{ about: { plate: '7ABC 123' } }] },
  },
]
const found = (wanted: AuditWanted, aliases = NONE) =>
  chained(ACTS)
    .filter(auditMatcher(wanted, aliases))
    .map(({ number }) => number)

describe('a search of the audit log (AUD-3)', () => {
  it('finds by person: who acted and who was acted upon (AUD-3)', () => {
    expect(found({ person: 'jane' })).toEqual([1, 2, 5, 6, 7, 8])
  })

  it('finds by plate: stated, in a pattern, in words, and by the ids of its displays (AUD-3)', () => {
    expect(found({ plate: '7ABC123' })).toEqual([1, 3, 5, 8])
    expect(found({ plate: '7ABC123' }, { ...NONE, ofPlate: new Set(['d1']) })).toEqual([1, 3, 4, 5, 8])
    expect(found({ plate: '7ABC12' })).toEqual([3])
  })

  it('finds by case: its reference, its id, what belongs to it (AUD-3)', () => {
    expect(found({ case: 'C-1' })).toEqual([1])
    expect(found({ case: 'C-1' }, { ...NONE, ofCase: new Set(['case1', 'C-1']) })).toEqual([1, 6, 7])
  })

  it('finds by subject, action and time together (AUD-3)', () => {
    expect(found({ subject: 'q1' })).toEqual([1, 2])
    expect(found({ person: 'john', action: 'display.close' })).toEqual([4])
    expect(found({ from: at, to: at })).toEqual([])
    expect(found({ from: at, to: '2026-11-24T10:00:00.001Z' })).toHaveLength(8)
    expect(found({ from: '2026-11-24T10:00:00.001Z' })).toEqual([])
  })
})

const plate = fc.stringMatching(/^[A-Z0-9]{1,10}$/)
const separator = fc.constantFrom('', ' ', '-', '.', '·')

describe('plates in what people write', () => {
  it('are found whatever their capitals and separators', () => {
    fc.assert(
      fc.property(
        plate,
        fc.array(separator, { minLength: 10, maxLength: 10 }),
        fc.boolean(),
        (text, gaps, low) => {
          const spelt = [...text]
            .map((sign, i) => (i > 0 ? gaps[i]! : '') + (low ? sign.toLowerCase() : sign))
            .join('')
          expect(covers(spelt, text)).toBe(true)
          expect(mentionOf(text)(`The car (${spelt}), seen twice`)).toBe(true)
        },
      ),
    )
  })

  it('are not found inside a longer plate', () => {
    fc.assert(
      fc.property(plate, fc.stringMatching(/^[A-Z0-9]$/), (text, more) => {
        expect(covers(`${text}${more}`, text)).toBe(false)
        fc.pre(!`${text}${more}`.slice(1).includes(text))
        expect(mentionOf(text)(`${text}${more}`)).toBe(false)
      }),
    )
  })

  it('are found by a pattern that covers them', () => {
    fc.assert(
      fc.property(plate, fc.nat(), fc.constantFrom('?', '*', '[]'), (text, place, sign) => {
        const i = place % text.length
        const put = sign === '[]' ? `[${text[i]}X]` : sign
        expect(covers(text.slice(0, i) + put + text.slice(i + 1), text)).toBe(true)
      }),
    )
  })

  it('do not fail on broken patterns', () => {
    expect(covers('[AB', 'AB')).toBe(false)
    expect(covers(']', 'AB')).toBe(false)
  })
})
