import { StreamMessage } from '@sightline/broker/stream-message'
import { createApproaches } from '@sightline/matcher/approach'
import { createHandling } from '@sightline/matcher/handle'
import { matchOfOne } from '@sightline/matcher/one-display'
import { createRaiser } from '@sightline/matcher/raise'
import { createSuppression } from '@sightline/matcher/suppression'
import { createDisplayIndex } from '@sightline/matching'
import { plantedPlate, trafficPlate } from '@sightline/replay/traffic'
import type { Alert } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { EDGE_SOURCE, type Read, readId } from '@sightline/schemas/read'
import { readSubject } from '@sightline/schemas/subjects'
import { benchDisplay } from '../match/displays.ts'

/** The matcher's own code, from a read's bytes to its alert, in a time that the caller sets. */
export interface Judging {
  /** Judges a read that was seen, stored and reached at these instants (milliseconds). Hits have a number; others have none. */
  judge(read: Judged): Promise<void>
  readonly alerts: readonly RaisedAlert[]
  /** Bytes of the index, and windows of alerts that are remembered. */
  memory(): { indexBytes: number; windows: number }
  /** Reads that were set aside: there must be none. */
  refused(): number
}

export interface Judged {
  readonly camera: string
  readonly seenAt: number
  readonly storedAt: number
  readonly judgedAt: number
  readonly sequence: number
  /** Of the planted hit; null: a read that matches nothing. */
  readonly hit: number | null
  /** Of the read, for its plate. */
  readonly number: number
}

export interface RaisedAlert {
  readonly hit: number
  readonly seenAt: number
  readonly storedAt: number
  readonly raisedAt: number
}

const SUPPRESS_MS = 300_000

/** @param displays planted, one for each hit and others besides */
export function createJudging(displays: number): Judging {
  const index = createDisplayIndex()
  index.reserve(displays)
  const stored = new Map<string, { display: Display; hit: number }>()
  for (let n = 0; n < displays; n++) {
    const display = benchDisplay(plantedPlate(n), n)
    stored.set(display.id, { display, hit: n })
    index.set(display, 0)
  }
  let now = 0
  let refused = 0
  const alerts: RaisedAlert[] = []
  const suppression = createSuppression(SUPPRESS_MS)
  const one = createDisplayIndex()
  const clock = () => now
  const raise = createRaiser({
    loadDisplay: async (id) => stored.get(id)?.display ?? null,
    matchOf: (display, { read, storedAt }, at) =>
      matchOfOne(one, display, read, { time: new Date(storedAt) }, at),
    publish: async (alert: Alert) => {
      const [seenAt, storedAt] = [Date.parse(alert.read.seenAt), Date.parse(alert.readStoredAt)]
      alerts.push({ hit: stored.get(alert.display.id)!.hit, seenAt, storedAt, raisedAt: now })
    },
    counter: { note: async () => {} },
    ...{
      suppression,
      testSuppression: createSuppression(SUPPRESS_MS),
      approaches: createApproaches(),
      clock,
    },
  })
  const { handle } = createHandling({
    ...{ index, raise, clock, answerCanary: () => {}, onMatch: () => {} },
    refuse: async () => {
      refused++
    },
    counts: { reads: 0, foreign: 0 },
    signal: new AbortController().signal,
  })
  return {
    async judge(read) {
      now = read.judgedAt
      await handle('READS', messageOf(read))
    },
    alerts,
    memory: () => ({ indexBytes: index.bytes, windows: suppression.size }),
    refused: () => refused,
  }
}

function messageOf({ camera, seenAt, storedAt, sequence, hit, number }: Judged): StreamMessage {
  const plate = hit === null ? trafficPlate(number) : plantedPlate(hit)
  const instant = new Date(seenAt).toISOString()
  const read: Read = {
    ...{ v: 1, id: readId(camera, instant, plate), plate, confidence: 0.99 },
    chars: [...plate].map((char) => ({ char, confidence: 1, alternatives: [] })),
    ...{ region: 'us-ca', regionConfidence: 0.9, seenAt: instant, source: EDGE_SOURCE },
    camera: {
      ...{ id: camera, owner: 'Simulated network', ownerType: 'agency', kind: 'fixed', country: 'US' },
      address: null,
    },
    position: { fix: 'surveyed', lat: 32.71, lon: -117.17, accuracyM: 1, headingDeg: null, speedMps: null },
    ...{ vehicle: null, pictures: { plate: null, vehicle: null } },
    engine: { name: 'sightline-simulation', version: '1' },
  }
  const body = Buffer.from(JSON.stringify(read))
  const reply = `$JS.ACK.READS.c1.1.${sequence}.1.${storedAt}000000.0`
  const command = Buffer.from(`MSG ${readSubject(EDGE_SOURCE, camera)} 1 ${reply} ${body.length}\r\n`)
  const bytes = Buffer.concat([command, body])
  return new StreamMessage(bytes, 4, command.length, command.length, bytes.length)
}
