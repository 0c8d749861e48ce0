import type { Camera } from '../schemas/camera.ts'
import { EDGE_SOURCE, type Position, type Read, readId } from '../schemas/read.ts'
import { pictureName } from '../schemas/subjects.ts'
import type { PlateFinding } from './recognition/engine.ts'

/** Where and with what a frame was taken. */
export interface Sighting {
  camera: Camera
  position: Position | null
  seenAt: string
  engine: { name: string; version: string }
}

/** The read of one plate found in a frame (CAP-1, CAP-4). Pure: the same frame gives the same read. */
export function readOf(finding: PlateFinding, { camera, position, seenAt, engine }: Sighting): Read {
  const id = readId(camera.id, seenAt, finding.text)
  return {
    v: 1,
    id,
    plate: finding.text,
    confidence: finding.confidence,
    chars: finding.chars,
    region: finding.region,
    regionConfidence: finding.regionConfidence,
    seenAt,
    camera,
    source: EDGE_SOURCE,
    position,
    vehicle: null,
    pictures: {
      plate: pictureName(EDGE_SOURCE, camera.id, id, 'plate'),
      vehicle: pictureName(EDGE_SOURCE, camera.id, id, 'vehicle'),
    },
    engine: { name: engine.name, version: engine.version },
  }
}
