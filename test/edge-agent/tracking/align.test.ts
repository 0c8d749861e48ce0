import { align } from '@sightline/edge-agent/tracking/align'
import { compare, spellingOf } from '@sightline/edge-agent/tracking/spelling'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const texts = fc.stringMatching(/^[A-C]{0,7}$/)

const distance = (a: string, b: string) =>
  align(a.length, b.length, {
    pair: (i, j) => (a[i] === b[j] ? 0 : 1),
    leftAlone: () => 1,
    rightAlone: () => 1,
  })

/** Levenshtein's distance by its definition. */
function levenshtein(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const rest = levenshtein(a.slice(1), b.slice(1))
  if (a[0] === b[0]) return rest
  return 1 + Math.min(rest, levenshtein(a.slice(1), b), levenshtein(a, b.slice(1)))
}

describe('align', () => {
  it('costs the edit distance, and its pairs contain each element once, in order', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const { cost, pairs } = distance(a, b)
        expect(cost).toBe(levenshtein(a, b))
        expect(pairs.map(([i]) => i).filter((i) => i !== null)).toEqual([...a].map((_, i) => i))
        expect(pairs.map(([, j]) => j).filter((j) => j !== null)).toEqual([...b].map((_, j) => j))
      }),
    )
  })
})

const sure = (text: string, confidence = 0.99) =>
  spellingOf([...text].map((char) => ({ char, confidence, alternatives: [] })))

describe('compare', () => {
  it('finds no difference between equal texts, however unsure', () => {
    expect(compare(sure('7ABC123'), sure('7ABC123', 0.4))).toEqual({ differ: 0, agreed: 7 })
  })

  it('counts a sure difference much, and an uncertain one little', () => {
    expect(compare(sure('7ABC123'), sure('7ABC124')).differ).toBeGreaterThan(4)
    const unsure = spellingOf([
      ...[...'7ABC12'].map((char) => ({ char, confidence: 0.99, alternatives: [] })),
      { char: '4', confidence: 0.5, alternatives: [{ char: '3', confidence: 0.4 }] },
    ])
    expect(compare(sure('7ABC123'), unsure).differ).toBeLessThan(0.5)
  })

  it('is symmetric', () => {
    const spellings = fc
      .array(
        fc.record({
          char: fc.constantFrom('A', 'B', '8'),
          confidence: fc.double({ min: 0.1, max: 1, noNaN: true }),
        }),
        { maxLength: 6 },
      )
      .map((chars) => spellingOf(chars.map((one) => ({ ...one, alternatives: [] }))))
    fc.assert(
      fc.property(spellings, spellings, (a, b) => {
        expect(compare(a, b).differ).toBeCloseTo(compare(b, a).differ, 9)
      }),
    )
  })

  it('uses the character that a grammar chose, even if the pixels said another', () => {
    const chosen = spellingOf([
      { char: '0', confidence: 0.4, alternatives: [{ char: 'O', confidence: 0.6 }] },
    ])
    expect(compare(chosen, sure('0'))).toEqual({ differ: 0, agreed: 1 })
  })
})
