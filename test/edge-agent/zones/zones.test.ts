import { createTracker, type Pass } from '@sightline/edge-agent/tracking/tracker'
import { blackenUnseen, counts, isLookedAt, lookedAt, type Zones } from '@sightline/edge-agent/zones/zones'
import { quadOfBox } from '@sightline/recognition/geometry'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boxAt, finding, SIZE } from '../tracking/traffic.ts'

const TOP: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 0.2],
  [0, 0.2],
]
const LEFT: [number, number][] = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
]

describe('the areas of a zone', () => {
  test('apply at every picture size', () => {
    const size = fc.record({
      width: fc.integer({ min: 16, max: 8000 }),
      height: fc.integer({ min: 16, max: 8000 }),
    })
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(size, share, share, ({ width, height }, x, y) => {
        const plate = { quad: quadOfBox([x * width - 4, y * height - 2, 8, 4]) }
        const size = { width, height }
        fc.pre(Math.abs(y - 0.2) > 1e-6 && Math.abs(x - 0.5) > 1e-6)
        expect(lookedAt({ ignore: [TOP] }, [plate], size)).toHaveLength(y > 0.2 ? 1 : 0)
        expect(lookedAt({ only: [LEFT] }, [plate], size)).toHaveLength(x < 0.5 ? 1 : 0)
        expect(lookedAt({ only: [LEFT], ignore: [TOP] }, [plate], size)).toHaveLength(
          x < 0.5 && y > 0.2 ? 1 : 0,
        )
        expect(lookedAt({}, [plate], size)).toHaveLength(1)
      }),
    )
  })

  test('that are excluded are black, in any part of the picture, and the rest is unchanged', () => {
    for (const channels of [1, 3] as const) {
      const gray = () => ({ width: 10, height: 10, channels, data: new Uint8Array(100 * channels).fill(90) })
      const all = blackenUnseen({ ignore: [TOP] }, gray())
      expect(
        [...all.data].map((level, i) => level === (Math.floor(i / channels) < 20 ? 0 : 90)),
      ).not.toContain(false)
      const lower = blackenUnseen({ ignore: [TOP] }, gray(), { from: [0, 0.5], to: [1, 1] })
      expect(new Set(lower.data)).toEqual(new Set([90]))
      expect(isLookedAt({ ignore: [TOP] }, [0.5, 0.1])).toBe(false)
    }
  })
})

describe('a line with direction', () => {
  /** From left to right across the picture, at 0.6 of its height: what comes nearer crosses it downward. */
  const zones: Zones = { line: { from: [0, 0.6], to: [1, 0.6] } }
  const tracker = (of: Zones) =>
    createTracker({ counts: (early, late, size) => counts(of, early, late, size) })

  /** Frames, ten a second; `z` says how far the vehicle is away, null: hidden. */
  function passes(of: Zones, length: number, z: (ms: number) => number | null): Pass[] {
    const tracked = tracker(of)
    const found: Pass[] = []
    for (let at = 0; at < length; at += 100) {
      const away = z(at)
      const findings = away === null ? [] : [finding('7ABC123', boxAt([0, 1.5, away]), 0, random('line', at))]
      found.push(...tracked.update(1e12 + at, findings, SIZE))
    }
    return [...found, ...tracked.flush()]
  }

  // The plate of a vehicle 1.5 m below the camera is at 0.6 of the height at 26.7 m and lower when nearer.
  const coming = (ms: number) => (ms < 4000 ? 40 - ms / 120 : null)
  const going = (ms: number) => (ms < 4000 ? 6 + ms / 120 : null)

  test('counts vehicles that cross it that way, and no others', () => {
    expect(passes({}, 8000, coming).map(({ counts }) => counts)).toEqual([true])
    expect(passes(zones, 8000, coming).map(({ counts }) => counts)).toEqual([true])
    expect(passes(zones, 8000, going).filter(({ counts }) => counts)).toEqual([])
    const turned: Zones = { line: { from: [1, 0.6], to: [0, 0.6] } }
    expect(passes(turned, 8000, coming).filter(({ counts }) => counts)).toEqual([])
    expect(passes(turned, 8000, going).map(({ counts }) => counts)).toEqual([true])
  })

  test('counts once a vehicle that waits before it, is hidden for five seconds, and then crosses it', () => {
    const waiting = (ms: number) =>
      ms < 8_000 ? 30 : ms < 13_000 ? null : ms < 16_000 ? 30 - (ms - 13_000) / 130 : null
    expect(passes(zones, 22_000, waiting).map(({ counts }) => counts)).toEqual([true])
  })

  test('reports a vehicle that turned back before it only when it can no longer come', () => {
    const parked = (ms: number) => (ms < 5_000 ? 30 : null)
    expect(passes(zones, 10_000, parked)).toEqual([])
    expect(passes(zones, 400_000, parked).map(({ counts }) => counts)).toEqual([false])
  })
})
