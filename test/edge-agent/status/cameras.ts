import { createHealth } from '@sightline/edge-agent/health/health'
import { type CameraView, viewFrame } from '@sightline/edge-agent/status/view'
import type { PlateFinding } from '@sightline/recognition/engine'
import { quadOfBox } from '@sightline/recognition/geometry'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { lightOf } from '@sightline/recognition/pictures/video'
import { SightlineError } from '@sightline/schemas/errors'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'

const SEEN_AT = Date.UTC(2026, 10, 24, 3)

export function finding(text: string, box: [number, number, number, number]): PlateFinding {
  const chars = [...text].map((char) => ({ char, confidence: 0.99, alternatives: [] }))
  return { text, confidence: 0.93, chars, region: null, regionConfidence: null, box, quad: quadOfBox(box) }
}

/** A camera that sees a vehicle, whose plate is marked where it is, and two more plates. */
export async function gate(): Promise<CameraView> {
  const { fleet } = createWorld(DEFAULT_WORLD)
  const rng = random('status')
  const scene = composeScene([fleet[7]!], mountOf(rng), rng, 'day')
  const picture = await decodePicture(await renderFrame(scene, rng), 'frame')
  const light = lightOf(picture)
  const { x, y, scale, vehicle } = scene.vehicles[0]!
  const near = finding(vehicle.plate, [x - 152 * scale, y - 76 * scale, 304 * scale, 152 * scale])
  const findings = [near, finding('7ABC123', [60, 20, 71, 24]), finding('<b>5</b>', [1100, 500, 40, 14])]
  const health = createHealth({ camera: 'gate-1', agentVersion: '0.1.0', kind: 'fixed', startedAt: SEEN_AT })
  health.frameSeen(SEEN_AT)
  health.look(light, SEEN_AT)
  health.look(light, SEEN_AT + 1000)
  health.frameRead(findings)
  const spool = { messages: 2, bytes: 1800, droppedOldest: 0 }
  return {
    id: 'gate-1',
    health: health.report(SEEN_AT, { clockOffsetMs: -12.4, spool }),
    frame: viewFrame(picture, SEEN_AT, findings),
    unsure: [],
    zones: {},
  }
}

/** One that gives nothing. */
export function dead(): CameraView {
  let passed = 0
  const health = createHealth({
    ...{ camera: 'lane-2', agentVersion: '0.1.0', kind: 'fixed', startedAt: SEEN_AT },
    steady: () => passed,
  })
  health.trouble(new SightlineError('SOURCE_DENIED', 'rtsp://10.0.0.5/stream refuses the password'), SEEN_AT)
  passed = 100_000
  return { id: 'lane-2', health: health.report(SEEN_AT + passed), frame: null, unsure: [], zones: {} }
}
