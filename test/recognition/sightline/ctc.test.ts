import { beamSearch, type Columns, charactersOf, columnsOf } from '@sightline/recognition/sightline/ctc'
import { calibrateProbability } from '@sightline/recognition/sightline/reading'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import python from './fixtures/decode.json' with { type: 'json' }

const ALPHABET = '-AB1'

/** Probabilities of up to five columns over a tiny alphabet. */
const tiny = fc
  .integer({ min: 1, max: 5 })
  .chain((steps) =>
    fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: steps * ALPHABET.length,
      maxLength: steps * ALPHABET.length,
    }),
  )
  .map((logits) => columnsOf(Float32Array.from(logits), ALPHABET))

/** Every path through the columns, summed by the text that it spells: what CTC means. */
function bruteForce({ data, steps, alphabet }: Columns): Map<string, number> {
  let paths = [{ text: '', last: 0, probability: 1 }]
  for (let step = 0; step < steps; step++) {
    paths = paths.flatMap(({ text, last, probability }) =>
      [...alphabet].map((char, k) => ({
        text: k === 0 || k === last ? text : text + char,
        last: k,
        probability: probability * data[step * alphabet.length + k]!,
      })),
    )
  }
  const sums = new Map<string, number>()
  for (const { text, probability } of paths) sums.set(text, (sums.get(text) ?? 0) + probability)
  return sums
}

describe('beamSearch', () => {
  it('gives every text its exact probability when the beam is wide enough', () => {
    fc.assert(
      fc.property(tiny, (columns) => {
        const exact = bruteForce(columns)
        const found = beamSearch(columns, 1000)
        expect(found).toHaveLength(exact.size)
        for (const { text, probability } of found) expect(probability).toBeCloseTo(exact.get(text)!, 10)
        found.slice(1).forEach(({ probability }, i) => {
          expect(probability).toBeLessThanOrEqual(found[i]!.probability * (1 + 1e-9))
        })
      }),
    )
  })

  it('never overestimates when the beam is narrow', () => {
    fc.assert(
      fc.property(tiny, (columns) => {
        const exact = bruteForce(columns)
        for (const { text, probability } of beamSearch(columns, 3)) {
          expect(probability).toBeLessThanOrEqual(exact.get(text)! + 1e-12)
        }
      }),
    )
  })

  it('agrees with training/recognizer/decode.py, and so does the confidence', () => {
    for (const { logits, tops, confidence } of python.reads) {
      const found = beamSearch(columnsOf(Float32Array.from(logits), python.alphabet))
      tops.forEach(([text, logP], i) => {
        expect(found[i]!.text).toBe(text)
        expect(Math.log(found[i]!.probability)).toBeCloseTo(logP as number, 4)
      })
      expect(calibrateProbability(found[0]!, python.calibration)).toBeCloseTo(confidence, 4)
    }
  })
})

it('charactersOf gives, for each position, how probable the texts are that differ only there', () => {
  fc.assert(
    fc.property(tiny, (columns) => {
      const exact = bruteForce(columns)
      for (const text of exact.keys()) {
        charactersOf(columns, text).forEach((chances, place) => {
          const variants = [...ALPHABET.slice(1)].map(
            (char) => exact.get(text.slice(0, place) + char + text.slice(place + 1)) ?? 0,
          )
          const total = variants.reduce((sum, value) => sum + value, 0)
          variants.forEach((value, k) => {
            expect(chances[k + 1]).toBeCloseTo(value / total, 8)
          })
        })
      }
    }),
  )
})
