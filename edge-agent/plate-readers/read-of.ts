import { instant } from '@sightline/runtime/clock'
import type { Camera } from '@sightline/schemas/camera'
import { normalizePlate } from '@sightline/schemas/plate'
import { EDGE_SOURCE, type Position, type Read, readId } from '@sightline/schemas/read'
import { type PictureKind, pictureName } from '@sightline/schemas/subjects'
import type { Reading } from './reading.ts'

/** Where and by what a reading was made. */
export interface ReadingContext {
  readonly camera: Camera
  readonly position: Position | null
  /** Milliseconds since 1970. */
  readonly seenAt: number
  /** Make of the plate reader. */
  readonly make: string
  /** Which pictures follow. */
  readonly has: Readonly<Record<PictureKind, boolean>>
}

/** Confidence of a read if its plate reader gives none. */
const NOT_SAID = 0.5

/**
 * Converts a plate reader's reading into a read (CAP-1, CAP-3, CAP-4). The engine is the plate reader, and its
 * confidence is on its own scale. Pure: the same reading gives the same read.
 * @throws PLATE_IMPOSSIBLE
 */
export function readOfReading(reading: Reading, sighting: ReadingContext): Read {
  const { camera, position, make, has } = sighting
  const plate = normalizePlate(reading.plate)
  const seenAt = instant(sighting.seenAt)
  const id = readId(camera.id, seenAt, plate)
  const { confidence, characters = [], direction = null, followed } = reading
  const picture = (kind: PictureKind) => (has[kind] ? pictureName(EDGE_SOURCE, camera.id, id, kind) : null)
  const vehicle = { make: null, model: null, color: null, ...reading.vehicle }
  return {
    v: 1,
    id,
    plate,
    confidence: confidence ? confidence.value / confidence.best : NOT_SAID,
    // Blanks and hyphens have confidences too: then it is unclear which belongs to which character.
    chars:
      characters.length === plate.length
        ? characters.map((one, n) => ({ char: plate[n]!, confidence: one, alternatives: [] }))
        : [],
    region: reading.region ?? null,
    regionConfidence: reading.region ? (reading.regionConfidence ?? null) : null,
    seenAt,
    camera,
    source: EDGE_SOURCE,
    position,
    vehicle: Object.values(vehicle).some((fact) => fact !== null) ? vehicle : null,
    pictures: { plate: picture('plate'), vehicle: picture('vehicle') },
    ...(followed || direction
      ? {
          pass: {
            firstSeenAt: instant(followed?.first ?? sighting.seenAt),
            lastSeenAt: instant(followed?.last ?? sighting.seenAt),
            frames: followed?.frames ?? 1,
            direction,
          },
        }
      : {}),
    engine: { name: make, version: reading.version ?? 'unknown', ownConfidence: confidence },
  }
}
