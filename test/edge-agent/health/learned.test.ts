import { createHealth } from '@sightline/edge-agent/health/health'
import { type LearnedHealth, pack, unpack } from '@sightline/edge-agent/health/learned'
import type { Pixels } from '@sightline/recognition/picture'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { blurred, exposed, road, turned, uniform } from './scenes.ts'

/** What is learned of a camera goes on over a restart of its agent. */

const START = Date.UTC(2026, 10, 24)
const rng = random('learned')
let scene: Pixels
beforeAll(async () => {
  scene = await turned(await road(1), 0, 0)
})

/** Watches a camera for so long, a frame each so many seconds. @returns the states it was in, and what was learned */
function watch(
  seconds: number,
  frame: Pixels,
  options: { learned?: LearnedHealth; read?: boolean; every?: number } = {},
) {
  const { learned, read = false, every = 1 } = options
  const camera = { camera: 'gate-1', agentVersion: '1', kind: 'fixed', startedAt: START } as const
  const health = createHealth({ ...camera, ...(learned ? { learned } : {}) })
  const states = new Set<string>()
  // With another noise in each of two dozen frames, which then come again.
  const frames = Array.from({ length: 24 }, () => exposed(frame, rng))
  for (let n = every; n <= seconds; n += every) {
    health.look(frames[(n / every) % frames.length]!, START + n * 1000)
    if (read) health.frameRead([{ confidence: 0.9 }])
    states.add(health.report(START + n * 1000).state)
  }
  // As it lies on the disk.
  return { states: [...states], learned: JSON.parse(JSON.stringify(health.learned())) as LearnedHealth }
}

describe('after a restart of the agent', () => {
  test('a camera that did not change is ok', () => {
    const { learned } = watch(200, scene)
    expect(watch(200, scene, { learned }).states).toEqual(['ok'])
  })

  test('a camera that was moved meanwhile is noticed, only because of what was learned', async () => {
    const { learned } = watch(200, scene)
    const moved = await turned(await road(1), -30, 15)
    expect(watch(120, moved, { learned }).states).toEqual(['ok', 'moved'])
    expect(watch(120, moved).states).toEqual(['ok'])
  })

  test('a camera that was moved before stays `moved`, until its new view has lasted an hour in all', async () => {
    const moved = await turned(await road(1), -30, 15)
    let { learned } = watch(200, scene)
    for (let run = 0; run < 6; run++) {
      const next = watch(660, moved, { learned, every: 3 })
      expect(next.states).toContain('moved')
      learned = next.learned
    }
    expect(watch(300, moved, { learned }).states).toEqual(['ok'])
  })

  test('a lens that became dim meanwhile is noticed', async () => {
    const clear = await road(2)
    const { learned } = watch(200, clear)
    const dim = await blurred(clear, 2)
    expect(watch(200, dim, { learned }).states).toEqual(['ok', 'unsharp'])
    expect(watch(200, dim).states).toEqual(['ok'])
  })

  test('a camera that reads plates in the dark is not reported as dark', () => {
    const { learned } = watch(100, uniform(8), { read: true })
    expect(watch(200, uniform(8), { learned }).states).toEqual(['ok'])
    expect(watch(200, uniform(8)).states).toContain('dark')
  })

  test('an agent that is restarted often learns all the same', async () => {
    let learned: LearnedHealth | undefined
    for (let run = 0; run < 8; run++) learned = watch(30, scene, learned ? { learned } : {}).learned
    const moved = await turned(await road(1), -30, 15)
    expect(watch(120, moved, { learned: learned! }).states).toContain('moved')
  })
})

test('a scene is packed to within one gray level, into three kilobytes', () => {
  const level = fc.double({ min: -250, max: 250, noNaN: true })
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 100 }), (levels) => {
      const scene = Float32Array.from(levels)
      const again = unpack(pack(scene))
      expect(again).toHaveLength(scene.length)
      for (const [i, there] of again.entries()) expect(Math.abs(there - scene[i]!)).toBeLessThanOrEqual(1.001)
    }),
  )
  expect(pack(new Float32Array(64 * 36)).length).toBe(3072)
})
