import type { ServerResponse } from 'node:http'
import { isWithin } from '@sightline/geometry/area'
import type { Case } from '@sightline/schemas/case'
import { type Read, type ReadCharacter, readId } from '@sightline/schemas/read'
import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { listCameras } from '@sightline/vendor-sim/history/geocode'
import { createCameras, type PlacedCamera } from '@sightline/vendor-sim/world/cameras'
import { random } from '@sightline/vendor-sim/world/random'
import { answerOf, send } from '../../api/federation/fake-vendor.ts'
import { drawPictures } from './data-pictures.ts'
import { type CastId, type Console, VENDOR } from './open-console.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The vehicle that the made-up case is about. */
export const SUBJECT = '8KTR521'
/** Travels along with it. */
export const COMPANION = '7LMX904'

export interface SearchData {
  one: Case
  /** Id of the subject in the case: the address of its review tools. */
  subjectId: string
  /** An address of readers that the vendor has. */
  address: string
  /** Where its reader stands. */
  at: { lat: number; lon: number }
  reads: readonly Read[]
}

/**
 * Gives the console's vendor a history of some weeks around San Ysidro, and somebody of the cast a case that names a vehicle
 * and an address of it. The vehicle goes to work, comes to an address on Tuesdays and Fridays, and its plate is seen once
 * in El Paso, where it cannot have been.
 */
export async function fillSearch(console: Console, person: CastId = 'dana-reyes'): Promise<SearchData> {
  const now = Date.now()
  const { fixed, far } = cameras()
  const reads = historyOf(now, fixed, far)
  const address = fixed[5]!.address!
  console.vendor.behave((question, response, request) => {
    if (request.url === '/v1/companions') send(response, companionsAt(now, fixed))
    else answer(question, response, reads)
  })
  const registered = fixed.map((camera, number) => ({
    ...{ camera, number, source: VENDOR, engine: { name: 'vendor', version: '4' } },
    position: {
      ...{ fix: 'surveyed' as const, lat: camera.lat, lon: camera.lon },
      ...{ accuracyM: null, headingDeg: null, speedMps: null },
    },
  }))
  console.vendor.list(({ area }) => listCameras(area, registered))
  console.vendor.show(async (response, request) => {
    const plate = new URL(request.url!, 'http://vendor').searchParams.get('plate') ?? SUBJECT
    const drawn = { plate, region: 'us-ca', body: 'sedan', color: 'white', isNight: false } as const
    const { vehicle } = await drawPictures(drawn)
    response.writeHead(200, { 'content-type': 'image/jpeg', 'x-sightline-simulated': 'true' })
    response.end(vehicle)
  })
  const one = await openCase(console, person, address)
  const subject = one.subjects.find(({ about }) => 'plate' in about)!
  const { lat, lon } = fixed[5]!
  return { one, subjectId: subject.id, address, at: { lat, lon }, reads }
}

/** A case of somebody of the cast that names the vehicle and the address. */
export async function openCase(console: Console, person: CastId, address: string): Promise<Case> {
  const { call } = await console.session(person)
  const reason = 'Left the lot with the trailer in the night of the theft, says the guard.'
  const body = {
    kind: 'event',
    caseRef: 'CASE-2026-17',
    title: 'Trailer stolen at San Ysidro',
    authority: '19 U.S.C. 1595a',
    purpose: 'Whereabouts of the trailer and of those who took it on 19 November',
    subjects: [
      { about: { plate: SUBJECT }, reason },
      {
        about: { place: { address, radiusM: 500 } },
        reason: 'The lot from which the trailer was taken at night.',
      },
    ],
  }
  const made = await call('/v1/cases', body, { headers: { 'idempotency-key': crypto.randomUUID() } })
  if (made.status !== 201) throw new Error(`no case: ${made.status} ${await made.text()}`)
  return (await made.json()) as Case
}

function cameras(): { fixed: PlacedCamera[]; far: PlacedCamera } {
  const ours = createCameras(7, 120).filter(({ country, kind }) => country === 'US' && kind === 'fixed')
  const town = (name: string) => ours.filter(({ area }) => area === name)
  return { fixed: town('san-diego').slice(0, 16), far: town('el-paso')[0]! }
}

function historyOf(now: number, fixed: readonly PlacedCamera[], far: PlacedCamera): Read[] {
  const rng = random('console-search')
  const reads: Read[] = []
  const midnight = Math.floor(now / DAY) * DAY
  const pass = (plate: string, camera: PlacedCamera, at: number) => {
    if (at < now - 60_000) reads.push(readOf(plate, camera, at, rng.next()))
  }
  for (let day = 0; day < 60; day++) {
    const start = midnight - day * DAY
    const weekday = new Date(start).getUTCDay()
    // Local mornings are UTC afternoons.
    const leaves = start + 15 * HOUR + rng.next() * HOUR
    if (weekday > 0 && weekday < 6) {
      for (const n of [0, 1, 2, 3]) pass(SUBJECT, fixed[n]!, leaves + n * 4 * 60_000)
      for (const n of [3, 2, 0]) pass(SUBJECT, fixed[n]!, leaves + 9 * HOUR - n * 4 * 60_000)
    }
    if (weekday === 2 || weekday === 5) {
      pass(SUBJECT, fixed[4]!, leaves - 11 * HOUR)
      pass(SUBJECT, fixed[5]!, leaves - 11 * HOUR + 6 * 60_000)
      pass(SUBJECT, fixed[5]!, leaves - 9 * HOUR)
      pass(COMPANION, fixed[5]!, leaves - 11 * HOUR + 7 * 60_000)
    }
    for (let n = 0; n < 6; n++) pass(`6DEF${100 + (day % 9) * 10 + n}`, fixed[5]!, start + n * 3 * HOUR)
  }
  // A quarter of an hour for a thousand kilometers.
  pass(SUBJECT, fixed[2]!, midnight - 3 * DAY + 15.5 * HOUR)
  pass(SUBJECT, far, midnight - 3 * DAY + 15.75 * HOUR)
  return reads.sort((a, b) => (a.seenAt < b.seenAt ? 1 : -1))
}

function readOf(plate: string, camera: PlacedCamera, at: number, luck: number): Read {
  const seenAt = new Date(at).toISOString()
  const { area: _, node, lat, lon, headingDeg, ...seen } = camera
  const chars: ReadCharacter[] = [...plate].map((char, n) => ({
    char,
    confidence: n === 4 && luck < 0.2 ? 0.72 : 0.99,
    alternatives: n === 4 && luck < 0.2 ? [{ char: 'S', confidence: 0.2 }] : [],
  }))
  return {
    v: 1,
    id: readId(camera.id, seenAt, plate),
    plate,
    confidence: chars.reduce((product, { confidence }) => product * confidence, 1),
    chars,
    region: 'us-ca',
    regionConfidence: 0.97,
    seenAt,
    camera: seen,
    source: VENDOR,
    position: { fix: 'surveyed', lat, lon, accuracyM: null, headingDeg, speedMps: null },
    vehicle: plate === SUBJECT ? { make: 'Toyota', model: 'Camry', color: 'white' } : null,
    pictures: { plate: null, vehicle: null },
    engine: { name: 'vendor', version: '4' },
  }
}

/** As a vendor answers: plate or pattern, place, vehicle, in the window, newest first, in pages. */
export function answer(question: VendorSearchRequest, response: ServerResponse, all: readonly Read[]): void {
  const { plate, pattern, area, vehicle = {}, from, to, limit, cursor } = question
  const address = area && 'address' in area ? area.address : undefined
  const shape = area && !('address' in area) ? area : undefined
  const like = pattern && new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`)
  const found = all.filter(
    (read) =>
      (plate === undefined || read.plate === plate) &&
      (!like || like.test(read.plate)) &&
      (address === undefined || read.camera.address === address) &&
      (!shape || (read.position !== null && isWithin(shape, read.position))) &&
      Object.entries(vehicle).every(([part, wanted]) => read.vehicle?.[part as 'make'] === wanted) &&
      read.seenAt >= from &&
      read.seenAt < to,
  )
  const start = Number(cursor ?? 0)
  const end = start + limit
  send(response, {
    ...answerOf(found.slice(start, end), end < found.length ? String(end) : null),
    refreshedAt: new Date().toISOString(),
  })
}

function companionsAt(now: number, fixed: readonly PlacedCamera[]) {
  const evidence = Array.from({ length: 8 }, (_, n) => ({
    seenAt: new Date(now - (n + 1) * 3.5 * DAY).toISOString(),
    camera: fixed[5]!.id,
    country: 'US',
  }))
  const one = (plate: string, days: number, expectedDays: number, chance: number) => ({
    ...{ plate, days, sightings: days + 2, expectedDays, chance },
    evidence: evidence.slice(0, days),
  })
  return {
    ...{ v: 1, refreshedAt: new Date(now).toISOString() },
    companions: [
      one(COMPANION, 8, 0.4, 0.0000021),
      one('6DEF104', 3, 1.9, 0.31),
      one('6DEF122', 2, 1.7, 0.52),
    ],
  }
}
