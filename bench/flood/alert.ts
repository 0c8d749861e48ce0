import { instant } from '@sightline/runtime/clock'
import { type Alert, alertId } from '@sightline/schemas/alert'
import { EDGE_SOURCE, readId } from '@sightline/schemas/read'

const PLATE = '7ABC123'

/** A whole alert, as the matcher raises it, told apart by its number. @param now milliseconds */
export function floodAlert(number: number, now: number): Alert {
  const seenAt = instant(now)
  const camera = `cam-${number}`
  const id = readId(camera, seenAt, PLATE)
  return {
    ...{ v: 1, raisedAt: seenAt, readStoredAt: seenAt },
    id: alertId('bench-1', { id, source: EDGE_SOURCE, camera: { id: camera } }),
    match: { kind: 'exact', probability: 0.93 },
    display: {
      ...{ id: 'bench-1', plate: PLATE, priority: 'normal', caseRef: 'BENCH-1', owner: 'bench' },
      reason: 'made up for a benchmark of a flood of alerts',
    },
    read: {
      ...{ v: 1, id, plate: PLATE, confidence: 0.93, seenAt, source: EDGE_SOURCE, region: 'us-ca' },
      regionConfidence: 0.8,
      chars: [...PLATE].map((char) => ({ char, confidence: 0.95, alternatives: [] })),
      camera: {
        ...{ id: camera, owner: 'Bench Police', ownerType: 'agency', kind: 'fixed', country: 'US' },
        address: '1 Main Street, San Diego, CA',
      },
      position: {
        fix: 'surveyed',
        lat: 32.7,
        lon: -117.2,
        accuracyM: null,
        headingDeg: null,
        speedMps: null,
      },
      vehicle: null,
      pictures: { plate: null, vehicle: null },
      engine: { name: 'bench', version: '1' },
    },
  }
}
