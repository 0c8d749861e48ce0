import { createHealth } from '@sightline/edge-agent/health/health'
import type { Pixels } from '@sightline/recognition/picture'
import { type CameraHealth, cameraHealthParser } from '@sightline/schemas/camera-health'
import { SightlineError } from '@sightline/schemas/errors'
import { random } from '@sightline/vendor-sim/world/random'
import { beforeAll, describe, expect, test } from 'vitest'
import { exposed, road, uniform } from './scenes.ts'

const START = Date.UTC(2026, 10, 24)
const rng = random('health')
let scene: Pixels
beforeAll(async () => {
  scene = await road(1)
})

/** A camera that is watched, a frame a second. */
function watch(options: { silentAfterMs?: number | null } = {}) {
  let now = START
  let passed = 0
  const health = createHealth({
    camera: 'gate-1',
    agentVersion: '1',
    kind: 'fixed',
    startedAt: START,
    steady: () => passed,
    ...options,
  })
  const states: CameraHealth['state'][] = []
  const ask = () => {
    if (health.changed()) states.push(health.report(now).state)
  }
  return {
    states,
    report: () => health.report(now),
    see(seconds: number, frame: Pixels, everyMs = 1000) {
      for (let n = 0; n < seconds; n += everyMs / 1000) {
        now += everyMs
        passed += everyMs
        health.frameSeen(now)
        health.look(exposed(frame, rng), now)
        ask()
      }
      return this
    },
    wait(ms: number) {
      passed += ms
      return this.setClock(ms)
    },
    setClock(ms: number) {
      now += ms
      ask()
      return this
    },
  }
}

describe('a camera', () => {
  test('that is covered is reported as blind, once, with the time', () => {
    const camera = watch().see(30, scene).see(40, uniform(3))
    expect(camera.states).toEqual(['blind'])
    expect(camera.report()).toMatchObject({
      state: 'blind',
      stateSince: '2026-11-24T00:00:31.000Z',
      brightness: 3,
    })
  })

  test('that sends no frames is silent, and ok with the next frame', () => {
    const camera = watch().see(10, scene).wait(61_000)
    expect(camera.report()).toMatchObject({ state: 'silent', stateSince: '2026-11-24T00:00:10.000Z' })
    expect(camera.see(1, scene).states).toEqual(['silent', 'ok'])
  })

  test('whose host’s clock is set is not silent for that, and is silent when due', () => {
    for (const set of [3_600_000, -3_600_000]) {
      const camera = watch().see(10, scene).setClock(set).see(10, scene)
      expect(camera.states).toEqual([])
      expect(camera.setClock(set).wait(61_000).states).toEqual(['silent'])
    }
  })

  test('that never sent a frame is silent', () => {
    expect(watch().wait(60_000).states).toEqual(['silent'])
  })

  test('that sends a frame a minute is not silent, nor is a folder', () => {
    expect(watch().see(600, scene, 60_000).wait(120_000).states).toEqual([])
    expect(watch({ silentAfterMs: null }).wait(3_600_000).states).toEqual([])
  })

  test('keeps its status when its clock is set back or far forward', () => {
    const health = createHealth({ camera: 'c', agentVersion: '1', kind: 'fixed', startedAt: START })
    for (const at of [0, 1, 2, 3, 86_400, 86_401, -3600, -3599, 5, 6])
      health.look(exposed(scene, rng), START + at * 1000)
    health.look(uniform(3), START + 200_000_000)
    expect(health.report(START).state).toBe('ok')
  })
})

describe('the health report', () => {
  test('counts every frame once, and is valid', () => {
    const health = createHealth({ camera: 'gate-1', agentVersion: '0.1.0', kind: 'fixed', startedAt: START })
    for (let n = 0; n < 5; n++) health.frameSeen(START + n)
    health.frameStill()
    health.frameDropped()
    health.frameRead([{ confidence: 0.9 }, { confidence: 0.7 }])
    health.frameRead([])
    health.frameRejected(new SightlineError('PICTURE_CORRUPT', 'it is no picture'), START + 5)
    const spool = { messages: 3, bytes: 2400, droppedOldest: 0 }
    const report = health.report(START + 6, { clockOffsetMs: -12, spool })
    expect(cameraHealthParser.parse(report)).toMatchObject({
      ...{ framesSeen: 5, framesStill: 1, framesDropped: 1, framesProcessed: 2, framesRejected: 1 },
      ...{ reads: 2, meanConfidence: 0.8, clockOffsetMs: -12, spool },
      lastError: { code: 'PICTURE_CORRUPT', message: 'it is no picture', at: '2026-11-24T00:00:00.005Z' },
    })
  })

  test('says what was never measured', () => {
    const health = createHealth({ camera: 'gate-1', agentVersion: '0.1.0', kind: 'fixed', startedAt: START })
    expect(cameraHealthParser.parse(health.report(START))).toMatchObject({
      ...{ meanConfidence: null, brightness: null, sharpness: null, clockOffsetMs: null, spool: null },
    })
  })
})
