import { createGate } from '@sightline/edge-agent/gate/gate'
import { THUMBNAIL, thumbnailOf } from '@sightline/edge-agent/gate/thumbnail'
import type { Pixels } from '@sightline/recognition/picture'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { describe, expect, it } from 'vitest'

const { width, height } = THUMBNAIL

/** A street of some texture; `at` may change a cell. */
function scene(rng: Random, noise: number, at: (x: number, y: number, gray: number) => number): Pixels {
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const gray = 70 + 40 * Math.sin(x / 5) + 30 * Math.cos(y / 4)
    return Math.min(255, Math.max(0, at(x, y, gray) + (noise > 0 ? rng.normal(0, noise) : 0)))
  })
  return { width, height, channels: 1, data }
}

const still = (_x: number, _y: number, gray: number) => gray
const brighter = (by: number) => (_x: number, _y: number, gray: number) => gray * by
/** A vehicle of 12 × 8 cells. */
const vehicle =
  (left: number, gray = 150) =>
  (x: number, y: number, behind: number) =>
    x >= left && x < left + 12 && y >= 20 && y < 28 ? gray : behind

/** Shows frames at 10 a second; the numbers of those that were looked at. */
function looks(gate: ReturnType<typeof createGate>, frames: readonly Pixels[], from = 0): number[] {
  return frames.flatMap((frame, i) => (gate.judge(from + i * 100, frame) !== 'skip' ? [i] : []))
}

const frames = (
  count: number,
  noise: number,
  at: (frame: number) => (x: number, y: number, gray: number) => number,
) => Array.from({ length: count }, (_, i) => scene(random('frame', noise, i), noise, at(i)))

/** A gate that has watched the still scene for 20 seconds. */
function settled(noise: number) {
  const gate = createGate()
  looks(
    gate,
    frames(200, noise, () => still),
  )
  return gate
}

describe('the motion gate', () => {
  it('looks at a still scene every three seconds only, by day and in the noise of night', () => {
    for (const noise of [0, 1, 5]) {
      const seen = looks(
        settled(noise),
        frames(300, noise, () => still),
        20_000,
      )
      expect(seen.length).toBeGreaterThanOrEqual(9)
      expect(seen.length).toBeLessThanOrEqual(11)
    }
  })

  it('looks at every frame with a moving vehicle, from the first, and often for three seconds afterward', () => {
    for (const noise of [0, 1, 5]) {
      const passing = frames(100, noise, (i) => (i >= 5 && i < 45 ? vehicle(2 + i) : still))
      const seen = looks(settled(noise), passing, 20_000)
      for (let i = 5; i < 54; i++) expect(seen, `frame ${i} with noise ${noise}`).toContain(i)
      for (let i = 54; i < 74; i++) expect(seen.some((look) => Math.abs(look - i) <= 1)).toBe(true)
      expect(seen.filter((i) => i >= 56 && i < 74).length).toBeLessThan(10)
      expect(seen.at(-1)).toBeLessThan(92)
    }
  })

  it('looks often at a vehicle that creeps into view, and never leaves it alone for longer than three seconds', () => {
    for (const noise of [0, 1, 5]) {
      const creeping = frames(400, noise, (i) => vehicle(-12 + Math.floor(i / 15)))
      const seen = looks(settled(noise), creeping, 20_000)
      // Two columns of its cells are in view from frame 30 on: one is not told from rain.
      const gaps = seen.map((i, n) => ({ i, gap: (seen[n + 1] ?? 400) - i })).filter(({ i }) => i >= 30)
      expect(gaps[0]!.i).toBeLessThanOrEqual(32)
      expect(Math.max(...gaps.map(({ gap }) => gap))).toBeLessThanOrEqual(noise < 5 ? 3 : 30)
      expect(gaps.length).toBeGreaterThan(0.85 * (400 - 30))
    }
  })

  it('sees a camera of one frame a second as before', () => {
    const gate = settled(1)
    const passing = frames(12, 1, (i) => (i < 2 ? vehicle(2 + 10 * i) : still))
    const seen = passing.flatMap((frame, i) => (gate.judge(20_000 + i * 1000, frame) !== 'skip' ? [i] : []))
    for (const i of [0, 1, 2, 3, 4]) expect(seen).toContain(i)
  })

  it('notices a vehicle that is only 15 gray levels brighter than the road', () => {
    const faint = frames(20, 1, (i) => (x, y, gray) => (vehicle(5 + i)(x, y, -1) === 150 ? gray + 15 : gray))
    expect(looks(settled(1), faint, 20_000)).toEqual(faint.map((_, i) => i))
  })

  it('ignores a change of exposure', () => {
    const gate = settled(1)
    const seen = looks(
      gate,
      frames(100, 1, (i) => brighter(i < 50 ? 1 : 1.35)),
      20_000,
    )
    expect(seen.length).toBeLessThanOrEqual(4)
  })

  it('ignores rain: scattered streaks', () => {
    const rain = (i: number) => {
      const drops = random('rain', i)
      const hit = new Set(Array.from({ length: 60 }, () => drops.whole(0, width * height - 1)))
      return (x: number, y: number, gray: number) => (hit.has(y * width + x) ? gray + 40 : gray)
    }
    const gate = createGate()
    looks(gate, frames(200, 1, rain))
    expect(looks(gate, frames(200, 1, rain), 20_000).length).toBeLessThanOrEqual(20)
  })

  it('still notices vehicles on a road that is rarely empty', () => {
    const gate = settled(1)
    const busy = frames(600, 1, (i) => (i % 20 < 12 ? vehicle(2 + 4 * (i % 20), 220) : still))
    looks(gate, busy, 20_000)
    looks(
      gate,
      frames(60, 1, () => still),
      80_000,
    )
    expect(gate.judge(86_100, scene(random('next'), 1, vehicle(20, 220)))).toBe('moving')
  })

  it('gets used to a car that parked', () => {
    const gate = settled(1)
    looks(
      gate,
      frames(900, 1, () => vehicle(20)),
      20_000,
    )
    expect(
      looks(
        gate,
        frames(100, 1, () => vehicle(20)),
        110_000,
      ).length,
    ).toBeLessThanOrEqual(4)
  })

  it('does not take a vehicle in view for the background when the clock is set forward an hour', () => {
    const gate = settled(1)
    const waiting = () => vehicle(20, 220)
    looks(gate, frames(10, 1, waiting), 20_000)
    expect(looks(gate, frames(45, 1, waiting), 3_620_000)).toEqual(Array.from({ length: 45 }, (_, i) => i))
  })

  it('continues when the picture changes: new light, another resolution, a clock set back', () => {
    const gate = settled(1)
    const other = frames(100, 1, () => (x, y) => (x * 7 + y * 13) % 200)
    expect(gate.judge(20_000, other[0]!)).toBe('moving')
    expect(looks(gate, other, 24_000).length).toBeLessThanOrEqual(4)
    const smaller: Pixels = { width: 32, height: 18, channels: 1, data: new Uint8Array(32 * 18).fill(90) }
    expect(gate.judge(35_000, smaller)).toBe('moving')
    expect(gate.judge(10_000, smaller)).toBe('look')
    expect(gate.judge(13_100, smaller)).toBe('look')
  })
})

describe('thumbnailOf', () => {
  it('is the mean gray of each cell, of color and gray frames of any size', () => {
    for (const channels of [1, 3] as const) {
      const frame: Pixels = {
        width: 1280,
        height: 720,
        channels,
        data: Uint8Array.from({ length: 1280 * 720 * channels }, (_, i) =>
          Math.floor(i / channels) % 1280 < 640 ? 40 : 200,
        ),
      }
      const { data } = thumbnailOf(frame)
      expect(data).toHaveLength(width * height)
      expect([data[0], data[31], data[32], data[63]]).toEqual([40, 40, 200, 200])
    }
    const tiny = thumbnailOf({ width: 3, height: 2, channels: 1, data: new Uint8Array(6).fill(77) })
    expect(new Set(tiny.data)).toEqual(new Set([77]))
  })
})
