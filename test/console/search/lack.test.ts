import { describe, expect, it } from 'vitest'
import { lackOf } from '../../../console/views/search/lack.ts'

describe('what is missing from a result', () => {
  it('is nothing when every vendor answered in full', () => {
    expect(lackOf([])).toBeNull()
    expect(lackOf([{ vendor: 'lot-watch', state: 'complete' }])).toBeNull()
  })

  it('names each vendor that gave less, and why', () => {
    expect(
      lackOf(
        (['complete', 'partial', 'refused', 'unreachable', 'late'] as const).map((state, n) => ({
          vendor: `v${n}`,
          state,
        })),
      ),
    ).toBe(
      'v1 answered only in part, v2 refused to answer, v3 did not answer, v4 did not answer in time: this result is incomplete.',
    )
  })
})
