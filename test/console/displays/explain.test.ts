import { isPattern, normalizePattern } from '@sightline/schemas/display-rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explain, normal, runs } from '../../../console/views/displays/editor/explain.ts'

describe('the explanation of what is typed for a display', () => {
  it('distinguishes plates, patterns, and neither', () => {
    expect(explain(' ')).toEqual({ kind: 'nothing' })
    expect(explain('7abc-123')).toEqual({ kind: 'plate', text: '7ABC123' })
    expect(explain('7A(')).toEqual({ kind: 'fault', at: '(' })
    expect(explain('7A[BC')).toEqual({ kind: 'fault', at: '[' })
    expect(explain('7A[]')).toEqual({ kind: 'fault', at: '[' })
  })

  it('takes a pattern apart, with the lengths of plates that can fit', () => {
    const found = explain('7ab?[c8]*')
    if (found.kind !== 'pattern') throw new Error(found.kind)
    expect(runs(found.pieces)).toEqual([
      { kind: 'chars', chars: '7AB' },
      { kind: 'any' },
      { kind: 'one-of', chars: 'C8' },
      { kind: 'many' },
    ])
    expect([found.shortest, found.longest]).toEqual([5, 10])
    expect(explain('A?B')).toMatchObject({ shortest: 3, longest: 3 })
  })

  it('accepts what the api accepts, with the same meaning', () => {
    const piece = fc.oneof(
      fc.constantFrom('A', 'b', '8', '?', '*', ' ', '-'),
      fc.stringMatching(/^[A-Z0-9]{1,4}$/).map((chars) => `[${chars}]`),
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const typed = pieces.join('')
        fc.pre(normal(typed) !== '')
        const { kind } = explain(typed)
        expect(kind).toBe(isPattern(typed) ? 'pattern' : 'plate')
        if (kind === 'pattern') expect(normal(typed)).toBe(normalizePattern(typed))
      }),
    )
  })
})
