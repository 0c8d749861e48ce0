import { align, confusionFile, confusionOf, topConfusions } from '@sightline/bench/confusion'
import fc from 'fast-check'
import { distance } from 'fastest-levenshtein'
import { describe, expect, it } from 'vitest'
import { finding, sample } from './findings.ts'

const word = fc.string({ unit: fc.constantFrom(...'AB01'), maxLength: 8 })

describe('align', () => {
  it('prints both texts, at the cost of their edit distance', () => {
    fc.assert(
      fc.property(word, word, (truth, read) => {
        const pairs = align(truth, read)
        expect(pairs.map(([char]) => char ?? '').join('')).toBe(truth)
        expect(pairs.map(([, char]) => char ?? '').join('')).toBe(read)
        expect(pairs.filter(([a, b]) => a !== b)).toHaveLength(distance(truth, read))
      }),
    )
  })

  it('distinguishes lost and added characters from confused ones', () => {
    expect(align('ABC1', 'A8C1')).toContainEqual(['B', '8'])
    expect(align('ABC', 'AC')).toContainEqual(['B', null])
    expect(align('AC', 'A1C')).toContainEqual([null, '1'])
  })
})

const reads = [
  ['ABCB', 'A8CB', 0.9],
  ['AABB', 'ABB', 0.9],
  ['CAB', 'CAB1', 0.9],
  ['CAB', 'XYZ', 0.9],
  ['CAB', 'C48', 0.2],
].map(([truth, read, confidence]) => {
  const best = finding(read as string, { confidence: confidence as number })
  const label = { text: truth as string }
  return { sample: sample([label], [best]), label, best }
})

describe('confusionOf', () => {
  const confusion = confusionOf(reads)

  it('counts published reads of the plate, correct ones too', () => {
    expect(confusion.reads).toBe(3)
    expect(topConfusions(confusion, 9)).toEqual([
      { as: 'A→', count: 1 },
      { as: 'B→8', count: 1 },
      { as: '→1', count: 1 },
    ])
  })

  it('gives probabilities that sum to one with the deletions', () => {
    const file = confusionFile(confusion, { source: 'test', engine: 'e', version: 'v' })
    expect(file.characters.B).toEqual({
      count: 5,
      read: { 8: 0.2, B: 0.8 },
      deleted: 0,
      counts: { 8: 1, B: 4 },
    })
    expect(file.characters.A).toMatchObject({ count: 4, read: { A: 0.75 }, deleted: 0.25 })
    expect(file.inserted).toEqual({ rate: Number((1 / 11).toFixed(6)), counts: { 1: 1 } })
  })

  it('leaves out a plate for which nothing was found', () => {
    const label = { text: 'ABC' }
    expect(confusionOf([{ sample: sample([label], []), label, best: undefined }]).reads).toBe(0)
  })
})
