import { textLines } from '@sightline/recognition/tesseract/lines'
import { expect, it } from 'vitest'

it('converts the lines of a page to picture pixels; the smaller of word and symbol confidence counts', () => {
  const word = (confidence: number, text: string) => ({
    confidence,
    symbols: [...text].map((symbol) => ({ text: symbol, confidence: 90 })),
  })
  const line = {
    text: '7A 12\n',
    confidence: 80,
    bbox: { x0: 10, y0: 20, x1: 110, y1: 45 },
    words: [word(95, '7A'), word(60, '1-')],
  }
  expect(textLines([{ paragraphs: [{ lines: [line] }] }], 2)).toEqual([
    {
      raw: '7A 12',
      legibility: 0.8,
      chars: [
        { char: '7', confidence: 0.9, alternatives: [] },
        { char: 'A', confidence: 0.9, alternatives: [] },
        { char: '1', confidence: 0.6, alternatives: [] },
      ],
      quad: [
        [20, 40],
        [220, 40],
        [220, 90],
        [20, 90],
      ],
    },
  ])
})
