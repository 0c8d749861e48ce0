import { describe, expect, it } from 'vitest'
import { validityOf } from '../../../console/views/administration/certification/validity.ts'

describe('something that expires', () => {
  const NOW = Date.UTC(2026, 10, 24)
  const DAY = 86_400_000
  it.each([
    [undefined, 'never'],
    [-1, 'lapsed'],
    [0, 'lapsed'],
    [1, 'soon'],
    [60 * DAY, 'soon'],
    [60 * DAY + 1, 'valid'],
  ] as const)('in %s ms is %s (ACC-3, ACC-4)', (left, expected) => {
    const until = left === undefined ? undefined : new Date(NOW + left).toISOString()
    expect(validityOf(until, NOW)).toBe(expected)
  })
})
