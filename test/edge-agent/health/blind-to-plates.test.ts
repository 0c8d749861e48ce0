import { createHealth } from '@sightline/edge-agent/health/health'
import type { LearnedHealth } from '@sightline/edge-agent/health/learned'
import { learnReads } from '@sightline/edge-agent/health/usual-reads'
import type { Pixels } from '@sightline/recognition/picture'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { exposed, road } from './scenes.ts'

/** A camera that sees vehicles and reads nothing is not well (issue: nothing fails silently). */

const MINUTE_MS = 60_000
const LONG_MS = 10 * MINUTE_MS
const DAY = 3

/** Vehicles that come one a while; `seen` says what became of each. */
function traffic(
  count: number,
  everyMs: number,
  seen: (n: number) => 'read' | 'unsure' | 'missed',
  before = learnReads(LONG_MS),
  light = DAY,
) {
  let firstMissing = -1
  for (let n = 0; n < count; n++) {
    // Each is in view for two seconds, five frames a second.
    for (let frame = 0; frame < 10; frame++) before.moved(frame === 0 ? everyMs - 1800 : 200, light)
    const outcome = seen(n)
    if (outcome !== 'missed') before.passed(outcome === 'read', light)
    if (firstMissing < 0 && before.missing()) firstMissing = n
  }
  return { reads: before, firstMissing }
}

describe('missing reads', () => {
  test('are noticed after about eight vehicles for a camera that reads every vehicle; the next read clears it', () => {
    const { reads } = traffic(300, MINUTE_MS, () => 'read')
    expect(reads.missing()).toBeNull()
    const { firstMissing } = traffic(40, MINUTE_MS, () => 'missed', reads)
    expect(firstMissing).toBeGreaterThanOrEqual(7)
    expect(firstMissing).toBeLessThanOrEqual(11)
    expect(reads.missing()).toBe('unseen')
    reads.passed(true, DAY)
    expect(reads.missing()).toBeNull()
  })

  test('are noticed twenty times later for a camera that reads one movement in twenty', () => {
    const { reads } = traffic(1000, MINUTE_MS, (n) => (n % 20 === 0 ? 'read' : 'missed'))
    const { firstMissing } = traffic(400, MINUTE_MS, () => 'missed', reads)
    expect(firstMissing).toBeGreaterThan(100)
    expect(firstMissing).toBeLessThan(250)
  })

  test('are noticed soon when plates are found but not read', () => {
    const { reads } = traffic(100, 5_000, () => 'read')
    const { firstMissing } = traffic(60, 5_000, () => 'unsure', reads)
    expect(firstMissing).toBeGreaterThanOrEqual(7)
    expect(firstMissing).toBeLessThanOrEqual(10)
    expect(reads.missing()).toBe('unread')
  })

  test('are noticed for a new camera that has never read anything', () => {
    expect(traffic(200, 15_000, () => 'missed').firstMissing).toBeGreaterThan(0)
    expect(traffic(40, 15_000, () => 'unsure').firstMissing).toBeGreaterThan(0)
  })

  test('are learned separately by night, when the road moves and gives no reads', () => {
    const { reads } = traffic(300, MINUTE_MS, () => 'read')
    // Nights with rain: movement without a pause, a read now and then.
    for (let night = 0; night < 6; night++) {
      traffic(100, 4_000, (n) => (n % 50 === 49 ? 'read' : 'missed'), reads, 0)
    }
    expect(traffic(60, 4_000, () => 'missed', reads, 0).firstMissing).toBe(-1)
    // By day it is as strict as before.
    reads.passed(true, DAY)
    expect(traffic(40, MINUTE_MS, () => 'missed', reads).firstMissing).toBeLessThanOrEqual(12)
  })

  test('are not reported for an empty road, nor for a short traffic jam', () => {
    const { reads } = traffic(50, MINUTE_MS, () => 'read')
    expect(reads.missing()).toBeNull()
    // Eight and more vehicles stand and go within five minutes, and none of them shows its plate.
    expect(traffic(20, 12_000, () => 'missed', reads).firstMissing).toBe(-1)
  })

  test('are reported wrongly no more than once in several thousand vehicles, however often the camera reads', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 1, noNaN: true }), fc.integer(), (rate, seed) => {
        const rng = random('usual', seed)
        const reads = learnReads(LONG_MS)
        traffic(200, 20_000, () => (rng.chance(rate) ? 'read' : 'missed'), reads)
        let alarms = 0
        for (let n = 0; n < 1000; n++) {
          if (traffic(1, 20_000, () => (rng.chance(rate) ? 'read' : 'missed'), reads).firstMissing === 0)
            alarms++
        }
        // One alarm may last for some vehicles.
        expect(alarms).toBeLessThanOrEqual(15)
      }),
      { numRuns: 30 },
    )
  })

  test('are judged by plain data that survives a restart', () => {
    const { reads } = traffic(300, MINUTE_MS, () => 'read')
    const learned = JSON.parse(JSON.stringify(reads.learned()))
    const again = learnReads(LONG_MS, learned)
    expect(again.learned()).toEqual(reads.learned())
    expect(traffic(40, MINUTE_MS, () => 'missed', again).firstMissing).toBeLessThanOrEqual(11)
  })
})

describe('the status of a camera', () => {
  const START = Date.UTC(2026, 10, 24)
  let scene: Pixels
  beforeAll(async () => {
    scene = await road(1)
  })

  function watch(minutes: number, outcome: 'read' | 'unsure' | 'missed', learned?: LearnedHealth) {
    const camera = { camera: 'gate-1', agentVersion: '1', kind: 'fixed', startedAt: START } as const
    const health = createHealth({ ...camera, ...(learned ? { learned } : {}) })
    const rng = random('blind')
    const frames = Array.from({ length: 24 }, () => exposed(scene, rng))
    const states = new Set<string>()
    // A frame every two seconds, and a vehicle every ten.
    for (let n = 1; n <= minutes * 30; n++) {
      const at = START + n * 2000
      health.look(frames[n % frames.length]!, at)
      if (n % 5 === 0) {
        health.moved(at)
        if (outcome !== 'missed') health.passed(outcome)
        health.frameRead(outcome === 'read' ? [{ confidence: 0.9 }] : [])
      }
      states.add(health.report(at).state)
    }
    const report = health.report(START + minutes * MINUTE_MS)
    return {
      states: [...states],
      report,
      learned: JSON.parse(JSON.stringify(health.learned())) as LearnedHealth,
    }
  }

  test('is `blind to plates` when vehicles pass and none is read, and ok while they are read', () => {
    const well = watch(12, 'read')
    expect(well.states).toEqual(['ok'])
    const blind = watch(12, 'missed', well.learned)
    expect(blind.states).toEqual(['ok', 'blind to plates'])
    expect(cameraHealthParser.parse(blind.report)).toMatchObject({ state: 'blind to plates', unsure: 0 })
    // What a version before learned says nothing of reads.
    const { reads: _, ...older } = well.learned
    expect(watch(25, 'missed', older).states).toEqual(['ok', 'blind to plates'])
  })

  test('is the same when plates are found and none is sure enough; these are counted', () => {
    const blind = watch(5, 'unsure')
    expect(blind.states).toEqual(['ok', 'blind to plates'])
    expect(blind.report.unsure).toBe(30)
  })
})
