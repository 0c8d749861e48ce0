import { alphabetOf, decode } from '@sightline/recognition/ppocr/decode'
import { describe, expect, it } from 'vitest'

const alphabet = alphabetOf('A\na\nB\n8\n0\nO\no\nl\n-\n盛\n')
const BLANK = ''

/** Probabilities from one map a step; the rest goes to the blank. */
function decoded(...steps: Record<string, number>[]) {
  const width = alphabet.texts.length
  const all = new Float32Array(steps.length * width)
  steps.forEach((step, i) => {
    let rest = 1
    for (const [text, p] of Object.entries(step)) {
      all[i * width + alphabet.texts.indexOf(text)] = p
      rest -= p
    }
    all[i * width] = Math.max(rest, 0)
  })
  return decode(all, steps.length, alphabet)
}

const textOf = (result: ReturnType<typeof decoded>) => result.chars.map((c) => c.char).join('')

describe('decode', () => {
  it('joins repetitions, and keeps doubles that a blank separates', () => {
    const result = decoded({ A: 0.9 }, { A: 0.9 }, { [BLANK]: 1 }, { A: 0.9 }, { 8: 0.9 }, { 8: 0.9 })
    expect(textOf(result)).toBe('AA8')
    expect(result.raw).toBe('AA8')
  })

  it('gives the distribution of the step where the character was surest, alternatives likeliest first', () => {
    const { chars } = decoded({ B: 0.6, 8: 0.3 }, { B: 0.7, 8: 0.2, 0: 0.05, A: 0.005 }, { B: 0.5 })
    expect(chars).toEqual([
      {
        char: 'B',
        confidence: 0.7,
        alternatives: [
          { char: '8', confidence: 0.2 },
          { char: '0', confidence: 0.05 },
        ],
      },
    ])
  })

  it('reads small letters of the same shape as capitals and bars as 1', () => {
    const result = decoded({ O: 0.4, o: 0.5 }, { l: 0.9 })
    expect(textOf(result)).toBe('O1')
    expect(result.chars[0]!.confidence).toBeCloseTo(0.9)
  })

  it('leaves out signs, other scripts and small letters of their own shape, but reports that they were read', () => {
    const result = decoded({ 盛: 0.9 }, { A: 0.9 }, { '-': 0.9 }, { a: 0.8, A: 0.1 }, { 8: 0.9 })
    expect(textOf(result)).toBe('A8')
    expect(result.raw).toBe('盛A-a8')
  })

  it('leaves out a shape that is more likely something else: a symbol between the groups', () => {
    expect(textOf(decoded({ A: 0.9 }, { O: 0.3, 盛: 0.25, '-': 0.25, a: 0.1 }, { 8: 0.9 }))).toBe('A8')
  })

  it('reads nothing out of blanks', () => {
    expect(decoded({ [BLANK]: 1 }, { [BLANK]: 1 })).toEqual({ raw: '', legibility: 0, chars: [] })
  })
})
