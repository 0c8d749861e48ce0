import { normalizePattern } from '@sightline/schemas/display-rules'
import { normalizePlate } from '@sightline/schemas/plate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explain } from '../../console/views/displays/editor/explain.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'

describe('a plate that a person types keeps its meaning, or is refused', () => {
  it.each([
    ['7AB[A-C]12', '7AB[ABC]12'],
    ['7ab[a-c]12', '7AB[ABC]12'],
    ['7AB[A–C]12', '7AB[ABC]12'],
    ['7AB[A\u2011C]12', '7AB[ABC]12'],
    ['7AB[A - C]12', '7AB[ABC]12'],
    ['7AB[A-CX0-2]1', '7AB[ABCX012]1'],
    ['7AB[C-C]12', '7AB[C]12'],
    ['7AB[B 8]12', '7AB[B8]12'],
    ['[A-Z]BC1234', `[${LETTERS}]BC1234`],
    ['[A-Z0-9]BC1234', `[${LETTERS}${DIGITS}]BC1234`],
    ['MÜ?123', 'MU?123'],
    ['B.AB?', 'BAB?'],
    ['7AB-1?3', '7AB1?3'],
    ['7AB\u20111?3', '7AB1?3'],
    ['7AB\u22121？3', '7AB1?3'],
    ['7\u200bAB\u200e1\u00ad＊', '7AB1*'],
  ])('%j is the pattern %s', (typed, pattern) => {
    expect(normalizePattern(typed)).toBe(pattern)
  })

  it.each([
    ...['7AB[Z-A]12', '7AB[A-9]12', '7AB[0-Z]12', '7AB[-A]12', '7AB[A-]12', '7AB[A--C]12', '7AB[A-C-E]12'],
    ...['7AB[]12', '7AB[-]12', '7AB[A', '7ABA]12', '7AB[[A]]', '7AB[^A]12', '7AB[!A]12', '7AB[A,B]12'],
    ...['7AB[A.B]12', '7AB[A|B]12', '7AB[?]12', '7AB[*]12', '7AB_1?', '7AB%1?', '7AB+1?', '7ABЖ?', '7AB{2}?'],
    ...['7AB\\d?', `${'A'.repeat(30)}?`],
  ])('%j is refused, without being repeated', (typed) => {
    const refused = expect.objectContaining({
      code: 'PLATE_IMPOSSIBLE',
      message: expect.not.stringContaining('7AB'),
    })
    expect(() => normalizePattern(typed)).toThrow(refused)
  })

  it('never drops a meaningful character: every pattern comes back as it was meant', () => {
    const order = fc.constantFrom(LETTERS, DIGITS)
    const range = order.chain((all) =>
      fc
        .tuple(
          fc.nat(all.length - 1),
          fc.nat(all.length - 1),
          fc.constantFrom('-', '–', '\u2011', '\u2212', ' - '),
        )
        .map(([a, b, dash]) => ({
          typed: `${all[Math.min(a, b)]}${dash}${all[Math.max(a, b)]}`,
          chars: all.slice(Math.min(a, b), Math.max(a, b) + 1),
        })),
    )
    const bracket = fc
      .array(range, { minLength: 1, maxLength: 3 })
      .map((ranges) => ({
        typed: `[${ranges.map(({ typed }) => typed).join('')}]`,
        means: `[${ranges.map(({ chars }) => chars).join('')}]`,
      }))
      .filter(({ means }) => means.length <= 38)
    const plain = fc.constantFrom('A', 'Z', '0', '9', '?', '*').map((char) => ({ typed: char, means: char }))
    const nothing = fc
      .constantFrom(' ', '-', '.', '\u2011', '\u200b', '\u00ad', '\u202e', '\ufeff')
      .map((char) => ({ typed: char, means: '' }))
    fc.assert(
      fc.property(fc.array(fc.oneof(bracket, plain, nothing), { minLength: 1, maxLength: 12 }), (pieces) => {
        const typed = `A?${pieces.map((piece) => piece.typed).join('')}`
        const means = `A?${pieces.map((piece) => piece.means).join('')}`
        expect(normalizePattern(typed)).toBe(means)
        expect(normalizePattern(means)).toBe(means)
      }),
    )
  })

  it('is explained in the console as the api understands it, or refused by both', () => {
    const typed = fc.string({
      unit: fc.constantFrom(...'AB19?*[]-–_. ^\u200bÜ'),
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(typed, (text) => {
        const { kind } = explain(text)
        const taken = (() => {
          try {
            return normalizePattern(text)
          } catch {
            return null
          }
        })()
        if (taken === null) expect(kind === 'plate' && text.length <= 10).toBe(false)
        else expect(kind).toBe(/[?*[]/.test(taken) ? 'pattern' : 'plate')
      }),
      { numRuns: 2000 },
    )
  })
})

it.each([
  '7ABC\u2011123',
  '7ABC\u2212123',
  '7ABC\u200b123',
  '\u200e7ABC123\u200f',
  '7ABC\u00ad123',
  '\u202e7ABC123',
  '７ＡＢＣ１２３',
])('a plate pasted as %j is understood', (pasted) => {
  expect(normalizePlate(pasted)).toBe('7ABC123')
})
