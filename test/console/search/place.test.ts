import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cornersOf, placeText, positionOf } from '../../../console/views/search/place.ts'
import {
  draftFault,
  draftOf,
  drawDraft,
  placeOf,
  withCorner,
  withKind,
  withoutCorner,
  withPick,
} from '../../../console/views/search/place-draft.ts'
import { areaOf } from '../../../console/views/search/wanted.ts'
import { olderOf, windowFault } from '../../../console/views/search/window.ts'

const empty = draftOf({ place: '', radiusM: null })
const triangle = [
  { lat: 32.5, lon: -117.1 },
  { lat: 32.6, lon: -117.1 },
  { lat: 32.6, lon: -117 },
]

describe('a place chosen on the map', () => {
  it('is a circle around the last point that was clicked', () => {
    expect(draftFault(empty)).toBe('center')
    expect(placeOf(empty)).toBe(null)
    const draft = withPick(withPick(empty, triangle[1]!), triangle[0]!)
    expect(placeOf({ ...draft, radiusM: 1200 })).toEqual({ place: '32.50000, -117.10000', radiusM: 1200 })
    expect(drawDraft(draft).areas).toEqual([{ ...triangle[0], radiusM: 500 }])
  })

  it('is an area once three corners enclose something; each can be moved or removed', () => {
    let draft = { ...empty, kind: 'polygon' as const }
    for (const [n, corner] of triangle.entries()) {
      expect([n, draftFault(draft), placeOf(draft)]).toEqual([n, 'corners', null])
      draft = withPick(draft, corner) as typeof draft
    }
    expect(areaOf(placeOf(draft)!)).toEqual({ polygon: triangle })
    expect(drawDraft(draft).points.map(({ caption }) => caption)).toEqual(['1', '2', '3'])
    expect(draftFault(withCorner(draft, 1, triangle[0]!))).toBe('flat')
    expect(withKind(draft, 'circle').center?.lat).toBeCloseTo((32.5 + 32.6 + 32.6) / 3, 4)
    expect(withoutCorner(draft, 1).corners).toEqual([triangle[0], triangle[2]])
    expect(placeText({ polygon: triangle })).toBe('area of 3 corners around 32.56668, -117.06668')
  })

  it('is read back from the box, with whatever is missing', () => {
    const degrees = (most: number) => fc.integer({ min: -most * 1e5, max: most * 1e5 }).map((n) => n / 1e5)
    const corner = fc.record({ lat: degrees(85), lon: degrees(179) })
    fc.assert(
      fc.property(fc.array(corner, { minLength: 1, maxLength: 200 }), (corners) => {
        const place = corners.map(({ lat, lon }) => `${lat},${lon}`).join(' ; ')
        if (corners.length > 1) expect(cornersOf(place)).toEqual(corners)
        else expect(positionOf(place)).toEqual(corners[0])
        const draft = draftOf({ place, radiusM: null })
        const again = placeOf(draft)
        if (again) expect(draftOf(again)).toEqual(draft)
      }),
    )
  })

  it.each(['1 Harbor Drive', '91, 10', '32.5; 33', '32.5, -117.1; Harbor Drive'])(
    '%j has no corners',
    (place) => {
      expect(cornersOf(place)).toBe(null)
      expect(draftOf({ place, radiusM: null })).toEqual(empty)
    },
  )
})

describe('the window of a search without a plate (QRY-6)', () => {
  it('is 31 days at most', () => {
    const span = { kind: 'span' as const, from: '2026-10-01T00:00', to: '2026-11-02T00:00' }
    expect(windowFault(span, { plate: '' })).toBe('long-window')
    expect(windowFault(span, { plate: '7AB*' })).toBe('long-window')
    expect(windowFault(span, { plate: '7ABC123' })).toBe(null)
    expect(windowFault({ ...span, to: '2026-11-01T00:00' }, { plate: '' })).toBe(null)
    expect(windowFault({ kind: 'recent' }, { plate: '' })).toBe(null)
  })

  it('steps back by 30 days; that of a plate by everything there is', () => {
    const older = { from: '2021-11-24T00:00:00.000Z', to: '2026-10-25T00:00:00.000Z' }
    expect(olderOf(older, true)).toEqual(older)
    expect(olderOf(older, false)).toEqual({ ...older, from: '2026-09-25T00:00:00.000Z' })
    const rest = { ...older, from: '2026-10-20T00:00:00.000Z' }
    expect(olderOf(rest, false)).toEqual(rest)
  })
})
