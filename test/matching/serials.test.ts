import { CODES } from '@sightline/matching/plate-key'
import { DIGIT, issuesOf, KIND, LETTER } from '@sightline/matching/serials'
import { expect, test } from 'vitest'

test.each([undefined, { home: ['@#', '#####'], visiting: ['#@', '@#'] }])(
  'the total is the sum over all texts of prior times weight: %j',
  (serials) => {
    const { prior, total } = issuesOf(serials)
    const codes = Array.from({ length: CODES - 1 }, (_, i) => i + 1)
    const weight = (place: number, code: number) => ((code * 7 + place * 11) % 13) / 13
    const sums = (kinds: number[]) =>
      Float64Array.from([0, 1], (place) =>
        codes.reduce((sum, code) => (kinds.includes(KIND[code]!) ? sum + weight(place, code) : sum), 0),
      )
    let sum = 0
    for (const first of codes) {
      for (const second of codes) {
        sum += prior(Uint8Array.of(first, second), 2) * weight(0, first) * weight(1, second)
      }
    }
    expect(total(sums([LETTER]), sums([DIGIT]), sums([LETTER, DIGIT, 0]), 2)).toBeCloseTo(sum, 9)
  },
)
