import type { Outgoing } from '@sightline/broker/publish-all'
import type { ConfusionTable } from '@sightline/matching/confusion'
import { loadConfusionTable } from '@sightline/matching/recognizer-facts'
import type { Camera } from '@sightline/schemas/camera'
import { EDGE_SOURCE, type Read, readId } from '@sightline/schemas/read'
import { DISPLAYS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { benchDisplay } from '../match/displays.ts'
import { misreadTraffic, NOON, plates } from '../match/traffic.ts'

const CAMERAS = 500
/** One in this many reads has a watched plate. */
const PLANTED_EVERY = 1000

export interface Traffic {
  readonly displayed: readonly string[]
  /** In order; one in PLANTED_EVERY is watched. */
  readonly passing: readonly string[]
  /** How they are misread. */
  readonly table: ConfusionTable
}

export async function chooseTraffic(displays: number, reads: number): Promise<Traffic> {
  const all = plates('stream', displays + reads)
  const displayed = all.slice(0, displays)
  const passing = all.slice(displays)
  for (let n = 0; n < reads; n += PLANTED_EVERY) passing[n] = displayed[n % displays]!
  return { displayed, passing, table: await loadConfusionTable() }
}

export function* displayMessages(displayed: readonly string[]): Generator<Outgoing> {
  for (const [n, plate] of displayed.entries()) {
    const display = benchDisplay(plate, n)
    const payload = JSON.stringify(display)
    yield { subject: `$KV.${DISPLAYS}.${display.id}`, payload, msgID: `bench-${display.id}` }
  }
}

const cameraOf = (n: number): Camera => ({
  id: `camera-${n}`,
  owner: 'Harbor Parking LLC',
  ownerType: 'private-business',
  kind: 'fixed',
  country: 'US',
  address: `${n} Harbor Drive, San Diego, CA`,
})

const positionOf = (n: number): Read['position'] => ({
  fix: 'surveyed',
  lat: (327_000 + n) / 1e4,
  lon: -117.1702,
  accuracyM: 1,
  headingDeg: null,
  speedMps: null,
})

/** How many reads are made at a time. */
const CHUNK = 1000

/** The traffic as edge agents write it: CAMERAS cameras, sure and unsure reads, one a millisecond. */
export function* readMessages({ passing, table }: Traffic): Generator<Outgoing> {
  for (let from = 0; from < passing.length; from += CHUNK) {
    const sightings = misreadTraffic(`stream-${from}`, passing.slice(from, from + CHUNK), table)
    for (const [i, { truth, read }] of sightings.entries()) {
      const number = (from + i) % CAMERAS
      const camera = cameraOf(number)
      const seenAt = new Date(Date.parse(NOON) + from + i).toISOString()
      // A planted one is read as it is.
      const { plate, confidence, chars } =
        (from + i) % PLANTED_EVERY === 0 ? { plate: truth, confidence: 0.99, chars: [] } : read
      const id = readId(camera.id, seenAt, plate)
      const written: Read = {
        v: 1,
        id,
        plate,
        confidence,
        chars,
        region: 'us-ca',
        regionConfidence: 0.93,
        seenAt,
        camera,
        source: EDGE_SOURCE,
        position: positionOf(number),
        vehicle: null,
        pictures: { plate: `edge.${camera.id}.${id}.plate`, vehicle: `edge.${camera.id}.${id}.vehicle` },
        pass: { firstSeenAt: seenAt, lastSeenAt: seenAt, frames: 3, direction: 'approaching' },
        engine: { name: 'sightline', version: '0.1.0' },
      }
      yield { subject: readSubject(EDGE_SOURCE, camera.id), payload: JSON.stringify(written), msgID: id }
    }
  }
}
