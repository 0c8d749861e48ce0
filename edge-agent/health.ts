import { instant } from '../runtime/clock.ts'
import type { CameraHealth } from '../schemas/camera-health.ts'
import type { SightlineError } from '../schemas/errors.ts'
import type { Read } from '../schemas/read.ts'

/** Counts what one camera does. Pure but for its own sums. */
export interface HealthCounter {
  frameSeen(): void
  frameRead(reads: readonly Read[]): void
  frameRejected(error: SightlineError, now: number): void
  report(now: number): CameraHealth
}

export function countHealth(camera: string, agentVersion: string, startedAt: number): HealthCounter {
  let framesSeen = 0
  let framesProcessed = 0
  let framesRejected = 0
  let reads = 0
  let confidenceSum = 0
  let lastError: CameraHealth['lastError'] = null
  return {
    frameSeen() {
      framesSeen++
    },
    frameRead(found) {
      framesProcessed++
      reads += found.length
      for (const { confidence } of found) confidenceSum += confidence
    },
    frameRejected({ code, message }, now) {
      framesRejected++
      lastError = { code, message, at: instant(now) }
    },
    report: (now) => ({
      v: 1,
      camera,
      at: instant(now),
      startedAt: instant(startedAt),
      agentVersion,
      framesSeen,
      framesProcessed,
      // A folder waits: nothing is dropped.
      framesDropped: 0,
      framesRejected,
      reads,
      meanConfidence: reads > 0 ? confidenceSum / reads : null,
      lastError,
    }),
  }
}
