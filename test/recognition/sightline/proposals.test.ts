import { extent, iou, type Quad, quadOfBox } from '@sightline/recognition/geometry'
import {
  type CellMap,
  isSame,
  propose,
  type Scored,
  suppress,
} from '@sightline/recognition/sightline/proposals'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import python from './fixtures/decode.json' with { type: 'json' }

const scored: fc.Arbitrary<Scored> = fc
  .tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 30 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([x, y, w, h, score]) => ({ quad: quadOfBox([x, y, w, h]), score }))

describe('suppress', () => {
  it('keeps the best of overlapping boxes, and drops nothing else', () => {
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 12 }), fc.boolean(), (found, nested) => {
        const kept = suppress(found, 0.35, nested)
        kept.forEach((a, i) => {
          for (const b of kept.slice(i + 1)) expect(isSame(a, b, 0.35, nested)).toBe(false)
        })
        for (const dropped of found.filter((item) => !kept.includes(item))) {
          expect(kept.some((k) => k.score >= dropped.score && isSame(k, dropped, 0.35, nested))).toBe(true)
        }
      }),
    )
  })
})

it('iou is 1 for a box and itself, 0 for boxes apart, and symmetric', () => {
  fc.assert(
    fc.property(scored, scored, (a, b) => {
      const [one, other] = [extent(a.quad), extent(b.quad)]
      expect(iou(one, one)).toBeCloseTo(1)
      expect(iou(one, other)).toBeCloseTo(iou(other, one))
      expect(iou(one, [500, 500, 5, 5])).toBe(0)
    }),
  )
})

describe('propose', () => {
  it('agrees with training/locator/decode.py', () => {
    const { maps, sizes, quads, scores } = python.located
    const cells = maps.map((data, i): CellMap => {
      const [width, height, stride] = sizes[i] as [number, number, number]
      return { data: Float32Array.from(data), width, height, stride }
    })
    const found = propose(cells, 4, 0.3, 4, 0.35)
    expect(found).toHaveLength(quads.length)
    found.forEach(({ quad, score }, i) => {
      expect(score).toBeCloseTo(scores[i]!, 5)
      for (const k of [0, 1, 2, 3]) {
        expect(quad[k]![0]).toBeCloseTo((quads[i] as Quad)[k]![0], 3)
        expect(quad[k]![1]).toBeCloseTo((quads[i] as Quad)[k]![1], 3)
      }
    })
  })

  it('proposes nothing when no cell is sure enough', () => {
    const data = new Float32Array(9 * 12).fill(-9)
    expect(propose([{ data, width: 4, height: 3, stride: 8 }], 4, 0.1, 12, 0.35)).toEqual([])
  })
})
