import { describe, expect, it } from 'vitest'
import { addBatch, faultText, NOTHING_CHECKED } from '../../../console/views/oversight/chain/checked.ts'

describe('the findings of a check of the audit log (AUD-2)', () => {
  const part = (from: number, to: number) => ({ from, to, records: to - from + 1, mended: [], signed: 1 })

  it('are added up part by part, the oldest faults first (AUD-2)', () => {
    const end = addBatch(NOTHING_CHECKED, {
      ...{ ...part(51, 100), next: 50 },
      faults: [{ kind: 'changed', number: 70 }],
    })
    const all = addBatch(end, {
      ...part(1, 50),
      next: null,
      mended: [7],
      faults: [{ kind: 'removed', number: 3 }],
    })
    expect(all).toEqual({
      ...{ records: 100, mended: 1, signed: 2, next: null },
      faults: [
        { kind: 'removed', number: 3 },
        { kind: 'changed', number: 70 },
      ],
    })
  })

  it('are put in words: several missing records by the first and the last (AUD-2)', () => {
    expect(faultText({ kind: 'removed', number: 3 })).toBe('Record 3 is missing.')
    expect(faultText({ kind: 'removed', number: 3, to: 5 })).toBe('Records 3 to 5 are missing.')
    expect(faultText({ kind: 'not as signed', number: 9 })).toMatch(/^Record 9 .*was signed/)
  })
})
