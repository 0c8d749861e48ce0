import type { Camera } from '@sightline/schemas/camera'
import { EDGE_SOURCE, type Read, readId } from '@sightline/schemas/read'

export const gate: Camera = {
  id: 'gate-1',
  owner: 'Harbor Parking LLC',
  ownerType: 'private-business',
  kind: 'fixed',
  country: 'US',
  address: '1 Harbor Drive, San Diego, CA',
}

/** A valid read; every property can be set. */
export function aRead(change: Partial<Read> = {}): Read {
  const plate = change.plate ?? '7ABC123'
  const seenAt = change.seenAt ?? '2026-11-24T03:05:01.123Z'
  const camera = change.camera ?? gate
  return {
    v: 1,
    id: readId(camera.id, seenAt, plate),
    plate,
    confidence: 0.97,
    chars: [...plate].map((char) => ({ char, confidence: 0.99, alternatives: [] })),
    region: 'us-ca',
    regionConfidence: 0.8,
    seenAt,
    camera,
    source: EDGE_SOURCE,
    position: { fix: 'surveyed', lat: 32.71, lon: -117.17, accuracyM: 1, headingDeg: null, speedMps: null },
    vehicle: null,
    pictures: { plate: null, vehicle: null },
    engine: { name: 'ppocr', version: '4' },
    ...change,
  }
}
