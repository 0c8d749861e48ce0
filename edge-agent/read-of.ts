import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import { instant } from '@sightline/runtime/clock'
import type { Camera } from '@sightline/schemas/camera'
import { EDGE_SOURCE, type Position, type Read, readId } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'
import type { Pass } from './tracking/tracker.ts'
import { vehicleOf } from './vehicle-of.ts'

/** Where a vehicle was seen, and by what. */
export interface PassContext {
  camera: Camera
  /** At the instant of the best frame. */
  position: Position | null
  engine: { name: string; version: string }
  /** Which of its pictures are kept. */
  pictures: { plate: boolean; vehicle: boolean }
  /** Appearance of the vehicle; null: not examined, or the picture is gone. */
  vehicle: VehicleLook | null
  /** Whether the camera has a line that a pass must cross. */
  hasLine: boolean
}

/** The read of one vehicle's pass (CAP-1, CAP-3, CAP-4). Pure: the same pass gives the same read. */
export function readOf(
  pass: Pass,
  { camera, position, engine, pictures, vehicle, hasLine }: PassContext,
): Read {
  const seenAt = instant(pass.best.seenAt)
  const id = readId(camera.id, seenAt, pass.text)
  const picture = (kind: 'plate' | 'vehicle') =>
    pictures[kind] ? pictureName(EDGE_SOURCE, camera.id, id, kind) : null
  return {
    v: 1,
    id,
    plate: pass.text,
    confidence: pass.confidence,
    chars: pass.chars,
    region: pass.region,
    regionConfidence: pass.regionConfidence,
    ...(pass.cut && { cut: true }),
    seenAt,
    camera,
    source: EDGE_SOURCE,
    position,
    vehicle: vehicleOf(null, vehicle),
    pictures: { plate: picture('plate'), vehicle: picture('vehicle') },
    pass: {
      firstSeenAt: instant(pass.first),
      lastSeenAt: instant(pass.last),
      frames: pass.frames,
      direction: pass.direction,
      ...(hasLine && pass.counts ? { line: 'crossed' } : {}),
    },
    engine: { name: engine.name, version: engine.version },
  }
}
