import type { CameraHealth } from '@sightline/schemas/camera-health'

const AT = '2026-11-24T09:00:00.000Z'

/** A report of a camera that is well. */
export const aReport = (more: Partial<CameraHealth> = {}): CameraHealth => ({
  ...{ v: 1, camera: 'gate-1', at: AT, startedAt: AT, agentVersion: '1', state: 'ok', stateSince: AT },
  ...{ framesSeen: 0, framesStill: 0, framesProcessed: 0, framesDropped: 0, framesRejected: 0, reads: 0 },
  ...{ meanConfidence: null, brightness: null, sharpness: null, clockOffsetMs: null, spool: null },
  lastError: null,
  ...more,
})
