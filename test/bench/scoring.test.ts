import type { Label } from '@sightline/bench/labels'
import { accuracy, detection, foldLookalikes, honesty, percentile, topTexts } from '@sightline/bench/scoring'
import type { Box } from '@sightline/recognition/geometry'
import { describe, expect, it } from 'vitest'
import { finding, sample } from './findings.ts'

const label = (text: string | null, box?: Box, region?: string): Label => ({
  text,
  ...(box && { box }),
  ...(region && { region }),
})

describe('accuracy', () => {
  it('judges the finding that the engine ranks first; no finding is wrong', () => {
    const figures = accuracy([
      sample([label('ABC0I1', [0, 0, 100, 30])], [finding('ABCO11')]),
      sample([label('XYZ', [0, 0, 100, 30])], [finding('XYZ', { box: [50, 0, 100, 30] }), finding('Q')]),
      sample([label('NONE', [0, 0, 100, 30])], []),
    ])
    expect(figures.exact![0]).toBeCloseTo(1 / 3)
    expect(figures.exact_folded![0]).toBeCloseTo(2 / 3)
    expect(figures.located![0]).toBeCloseTo(1 / 3)
    expect(figures.cer![0]).toBeCloseTo(4 / 13)
    expect(figures.cut_of_right![0]).toBe(0)
    expect(figures.region).toBeUndefined()
  })

  it('tells which share of the plates that were read right are marked as cut', () => {
    const marked = sample([label('ABC123')], [finding('ABC123', { cut: true })])
    const misread = sample([label('ABC123')], [finding('ABC12', { cut: true })])
    const whole = sample([label('ABC123')], [finding('ABC123')])
    expect(accuracy([marked, misread, whole]).cut_of_right![0]).toBe(0.5)
    expect(accuracy([misread]).cut_of_right).toBeUndefined()
  })

  it('counts regions only where they are labeled', () => {
    const right = sample([label('A1', undefined, 'us-ca')], [finding('A1', { region: 'us-ca' })])
    const wrong = sample([label('A1', undefined, 'us-ny')], [finding('A1', { region: 'us-ca' })])
    const misread = sample([label('A1', undefined, 'us-ny')], [finding('B1', { region: 'us-ny' })])
    expect(accuracy([right, wrong, misread]).region![0]).toBeCloseTo(2 / 3)
    expect(accuracy([right, wrong, misread]).region_of_right![0]).toBe(0.5)
    expect(accuracy([misread]).region_of_right).toBeUndefined()
  })
})

describe('honesty', () => {
  it('is 0 when reads at 0.8 are right four times in five', () => {
    const reads = ['A', 'A', 'A', 'A', 'B'].map((text) =>
      sample([label('A')], [finding(text, { confidence: 0.8 })]),
    )
    expect(honesty(reads).ece![0]).toBeCloseTo(0)
    expect(honesty(reads).wrong_at_90![0]).toBe(0)
  })

  it('counts the wrong ones among those from 0.9 on', () => {
    const reads = ['A', 'B'].map((text) => sample([label('A')], [finding(text, { confidence: 0.9 })]))
    expect(honesty(reads).wrong_at_90![0]).toBe(0.5)
    expect(honesty(reads).ece![0]).toBeCloseTo(0.4)
  })
})

it('detection counts plates of at least 60 pixels, and findings that touch none', () => {
  const labels = [label(null, [0, 0, 80, 20]), label(null, [200, 0, 70, 20]), label(null, [400, 0, 40, 10])]
  const found = [
    finding('A', { box: [2, 0, 80, 20] }),
    finding('B', { box: [400, 0, 40, 10] }),
    finding('C', { box: [600, 300, 80, 20] }),
  ]
  expect(detection([sample(labels, found)])).toEqual({
    located: [0.5, 'share'],
    false_per_frame: [1, '/picture'],
  })
})

it('topTexts lists the likeliest other texts from the alternatives', () => {
  const alternatives = [{ char: '0', confidence: 0.4 }]
  const best = finding('OB', {
    chars: [
      { char: 'O', confidence: 0.6, alternatives },
      { char: 'B', confidence: 0.9, alternatives: [{ char: '8', confidence: 0.1 }] },
    ],
  })
  expect(topTexts(best, 3)).toEqual(['OB', '0B', 'O8'])
})

it('foldLookalikes makes O, Q and 0 the same, and I and 1', () => {
  expect(foldLookalikes('OQ0I1AB')).toBe('00011AB')
})

it('percentile of an even number of values is the upper middle one', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(3)
})
