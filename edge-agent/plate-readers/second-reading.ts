import type { PlateFinding } from '@sightline/recognition/engine'
import type { Box } from '@sightline/recognition/geometry'
import { instant } from '@sightline/runtime/clock'
import { EDGE_SOURCE, type Read, readId } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'

/**
 * What Sightline finds in the reader's picture where the reader says its plate is; without a place, the plate that it reads
 * as the reader does, or else the best one. Others in the picture are other vehicles'.
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
 * A read beside the plate reader's: of the same vehicle, by Sightline's engine. Pure.
 * @returns null where both read the same, or Sightline is not sure enough to say anything
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

/** How far a reader's clock may be off, ms: a message takes a moment. */
const CLOCK_TOLERANCE_MS = 2_000
/** A reader that was cut off sends late what it kept; so late nobody knows whether it is that or its clock. */
const LATE_MS = 120_000

/**
 * What is wrong with a reader's clock, in words that go on "the clock of the plate reader …".
 * @returns null where nothing is
 */
export function clockFault(seenAt: number, arrivedAt: number): string | null {
  const ahead = seenAt - arrivedAt
  if (ahead > CLOCK_TOLERANCE_MS) return `is ${seconds(ahead)} ahead of this host's`
  if (-ahead <= LATE_MS) return null
  return `is ${seconds(-ahead)} behind this host's, or it sent ${instant(seenAt)} so late`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`
