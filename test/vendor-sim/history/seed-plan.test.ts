import { planSeed, type SeededSpan, type Span, subtractSpans } from '@sightline/vendor-sim/history/seed-plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const DAY = 86_400_000
const day = fc.integer({ min: 0, max: 3000 }).map((n) => Date.UTC(2019, 0, 1) + n * DAY)
const span = fc
  .tuple(day, day)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): Span => ({ from: Math.min(a, b), to: Math.max(a, b) }))

const covers = (spans: readonly Span[], at: number) =>
  spans.filter(({ from, to }) => at >= from && at < to).length

describe('without', () => {
  it('leaves exactly what is not covered', () => {
    fc.assert(
      fc.property(span, fc.array(span, { maxLength: 5 }), day, (wanted, covered, at) => {
        const free = covers([wanted], at) === 1 && covers(covered, at) === 0
        expect(covers(subtractSpans(wanted, covered), at)).toBe(free ? 1 : 0)
      }),
    )
  })
})

describe('planSeed', () => {
  const plan = (wanted: Span, planned: SeededSpan[] = []) =>
    planSeed(wanted, planned, [], ({ from, to }) => ((to - from) / DAY) * 80_000)

  it('covers the span once, each piece within one year', () => {
    fc.assert(
      fc.property(span, day, (wanted, at) => {
        const pieces = plan(wanted)
        expect(
          covers(
            pieces.filter(({ slice }) => slice === 0),
            at,
          ),
        ).toBe(covers([wanted], at))
        for (const { from, to } of pieces) {
          expect(new Date(to - 1).getUTCFullYear()).toBe(new Date(from).getUTCFullYear())
        }
      }),
    )
  })

  it('begins with the newest', () => {
    const pieces = plan({ from: Date.UTC(2020, 0), to: Date.UTC(2023, 5) })
    expect(pieces[0]!.to).toBe(Date.UTC(2023, 5))
    expect(pieces.map(({ to }) => to)).toEqual(pieces.map(({ to }) => to).sort((a, b) => b - a))
  })

  it('continues where it was killed: finished slices stay, the next one is in doubt', () => {
    const wanted = { from: Date.UTC(2022, 0), to: Date.UTC(2023, 0) }
    const all = plan(wanted)
    expect(all.length).toBeGreaterThan(2)
    const left = plan(wanted, [{ ...wanted, slices: all.length, done: new Set([0, 1]) }])
    expect(left.map(({ slice }) => slice)).toEqual(all.map(({ slice }) => slice).slice(2))
    expect(left.map(({ doubtful }) => doubtful)).toEqual(left.map((_, n) => n === 0))
  })
})
