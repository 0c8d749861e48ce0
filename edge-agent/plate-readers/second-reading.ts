import type { PlateFinding } from '@sightline/recognition/engine'
import type { Box } from '@sightline/recognition/geometry'
import { EDGE_SOURCE, type Read, readId } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'

/**
 * What Sightline finds in the plate reader's picture, at the place that the plate reader gives for its plate; without a
 * place, the plate that it reads like the plate reader, or else the best one. Other plates in the picture belong to
 * other vehicles.
 */
export function sameVehicle(
  findings: readonly PlateFinding[],
  plate: string,
  box: Readonly<Box> | undefined,
): PlateFinding | undefined {
  if (!box) return findings.find(({ text }) => text === plate) ?? findings[0]
  const [x, y, w, h] = box
  return findings.find(({ box: [left, top, width, height] }) => {
    const [cx, cy] = [left + width / 2, top + height / 2]
    return cx >= x - w / 2 && cx <= x + 1.5 * w && cy >= y - h && cy <= y + 2 * h
  })
}

/**
 * A read in addition to the plate reader's: of the same vehicle, by Sightline's engine. Pure.
 * @returns null if both read the same, or Sightline is not sure enough
 */
export function secondRead(
  first: Read,
  found: PlateFinding | undefined,
  engine: { name: string; version: string },
  minConfidence: number,
): Read | null {
  if (!found || found.text === first.plate || found.confidence < minConfidence) return null
  const id = readId(first.camera.id, first.seenAt, found.text)
  return {
    ...first,
    id,
    plate: found.text,
    confidence: found.confidence,
    chars: found.chars,
    region: found.region,
    regionConfidence: found.regionConfidence,
    pictures: {
      plate: pictureName(EDGE_SOURCE, first.camera.id, id, 'plate'),
      vehicle: pictureName(EDGE_SOURCE, first.camera.id, id, 'vehicle'),
    },
    engine: { name: engine.name, version: engine.version },
  }
}
