import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { cursorOf } from '@sightline/vendor-sim/history/cursor'
import { spansOf } from '@sightline/vendor-sim/history/search'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const at = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2027, 0) })
const request = fc
  .record({
    a: at,
    b: at,
    by: fc.constantFrom(
      { plate: 'ABC123' },
      { pattern: 'ABC*' },
      { area: { lat: 32, lon: -117, radiusM: 100 } },
    ),
  })
  .filter(({ a, b }) => a !== b)
  .map(({ a, b, by }): VendorSearchRequest => {
    const [from, to] = a < b ? [a, b] : [b, a]
    return { v: 1, from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit: 10, ...by }
  })

describe('the spans of a search', () => {
  it('follow each other, newest first, from `to` down to `from`', () => {
    fc.assert(
      fc.property(request, (request) => {
        const spans = spansOf(request)
        expect(spans[0]!.to).toBe(Date.parse(request.to))
        expect(spans.at(-1)!.from).toBe(Date.parse(request.from))
        for (const [i, { from, to }] of spans.entries()) {
          expect(from).toBeLessThan(to)
          if (i > 0) expect(to).toBe(spans[i - 1]!.from)
        }
      }),
    )
  })

  it('begin at the instant of the cursor, which may have more reads, and never after `to`', () => {
    fc.assert(
      fc.property(request, at, (request, seenAt) => {
        const [newest] = spansOf({ ...request, cursor: cursorOf({ seenAt, reader: 1, plate: 'A' }) })
        expect(newest?.to ?? seenAt + 1).toBe(Math.min(Date.parse(request.to), seenAt + 1))
      }),
    )
  })
})
