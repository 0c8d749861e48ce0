import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Alert, alertId } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { EDGE_SOURCE, type ReadCharacter, readId } from '@sightline/schemas/read'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import { DISPLAYS } from '@sightline/schemas/streams'
import { alertSubject, pictureName, pictureSubject, sightingsSubject } from '@sightline/schemas/subjects'
import { aDisplay } from '../../support/displays.ts'
import { drawPictures } from './data-pictures.ts'
import type { CastId, Console } from './open-console.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const iso = (at: number) => new Date(at).toISOString()

/** Cameras around San Diego: id, address, position, heading. */
export const CAMERAS = {
  harbor: ['harbor-dr-1', '1140 N Harbor Drive, San Diego', 32.7214, -117.1739, 178],
  i5: ['i5-dairy-mart', 'I-5 at Dairy Mart Road, San Diego', 32.5541, -117.0653, 186],
  otay: ['otay-sr905', 'SR-905 at Heritage Road, San Diego', 32.5649, -117.0046, 96],
  marina: ['marina-gate', '1880 Harbor Island Drive, San Diego', 32.7253, -117.2061, 271],
  patrol: ['patrol-17', null, 32.6401, -117.0842, 12],
} as const
type CameraName = keyof typeof CAMERAS

/** Displays of the made-up cast. */
const WATCHED = {
  trailer: display(
    'd-trailer',
    '8BXR247',
    'CASE-2041',
    'Box trailer stolen at the port on 19 November',
    'high',
    'dana-reyes',
  ),
  boat: display(
    'd-boat',
    '7KLM903',
    'CASE-2038',
    'Pickup seen beside the uninspected boat at Harbor Island',
    'normal',
    'dana-reyes',
  ),
  cash: display(
    'd-cash',
    'HTR4471',
    'CASE-1996',
    'Carried bulk cash across the border twice in October',
    'high',
    'sam-okafor',
  ),
  part: display(
    'd-part',
    '9DE?1*',
    'CASE-2050',
    'Witness saw the beginning of the plate at the fence',
    'low',
    'sam-okafor',
  ),
  rental: display(
    'd-rental',
    '6VGN518',
    'CASE-2012',
    'Rented by the courier named in the seizure of 3 November',
    'normal',
    'dana-reyes',
  ),
} as const
export type Watched = keyof typeof WATCHED

function display(
  ...[id, plate, caseRef, reason, priority, owner]: [
    string,
    string,
    string,
    string,
    Display['priority'],
    CastId,
  ]
): Display {
  const now = Date.now()
  const [created, expires] = [iso(now - 5 * DAY), iso(now + 360 * DAY)]
  return aDisplay({
    ...{ id, plate, caseRef, reason, priority, owner, createdAt: created, expiresAt: expires },
    noticeConfirmedAt: created,
    validatedAt: created,
  })
}

export interface Raised {
  display: Watched
  /** As the camera read it; the display's own without. */
  plate?: string
  /** On the vehicle; what was read without. */
  truth?: string
  camera?: CameraName
  minutesAgo?: number
  seen?: number
  night?: boolean
  approach?: boolean
  hasPicture?: boolean
  standsFor?: string
}

const VEHICLES = {
  trailer: { make: 'Ford', model: 'F-150', color: 'white' },
  boat: { make: 'Toyota', model: 'Tacoma', color: 'silver' },
  cash: { make: 'Nissan', model: 'Altima', color: 'black' },
  part: { make: 'Honda', model: 'CR-V', color: 'blue' },
  rental: { make: 'Chevrolet', model: 'Malibu', color: 'red' },
} as const
const BODIES = { trailer: 'pickup', boat: 'pickup', cash: 'sedan', part: 'suv', rental: 'sedan' } as const

/**
 * Raises an alert as the matcher does, its pictures drawn first.
 * @param watched what it is raised for
 * @returns it with its sequence
 */
export async function raiseAlert(
  admin: NatsConnection,
  raised: Raised,
  watched: Display = WATCHED[raised.display],
): Promise<{ sequence: number; alert: Alert }> {
  const js = jetstream(admin)
  const alert = alertOf(raised, watched)
  const { plate, vehicle } = alert.read.pictures
  if (plate && vehicle) {
    const what = {
      plate: raised.truth ?? alert.read.plate,
      region: alert.read.region!,
      body: BODIES[raised.display],
    }
    const color = VEHICLES[raised.display].color
    const drawn = await drawPictures({ ...what, color, isNight: raised.night ?? false })
    await js.publish(pictureSubject(plate), drawn.plate)
    await js.publish(pictureSubject(vehicle), drawn.vehicle)
  }
  const { seq } = await js.publish(alertSubject(alert.display.id), JSON.stringify(alert))
  if (raised.seen) await raiseSightings(admin, alert, raised.seen)
  return { sequence: seq, alert }
}

/** Says that the vehicle of an alert was seen again. */
export async function raiseSightings(admin: NatsConnection, alert: Alert, count: number): Promise<void> {
  const counted: SightingCount = {
    ...{ v: 1, alertId: alert.id, displayId: alert.display.id, source: alert.read.source, count },
    lastSeenAt: iso(Date.parse(alert.read.seenAt) + count * 20_000),
    ...{ lastReadId: alert.read.id, upTo: count },
  }
  await jetstream(admin).publish(sightingsSubject(alert.id), JSON.stringify(counted))
}

/** Look-alikes of the characters that recognizers take for one another. */
const ALIKE: Record<string, string> = {
  B: '8',
  '8': 'B',
  O: '0',
  '0': 'O',
  '1': 'I',
  '5': 'S',
  S: '5',
  '2': 'Z',
  G: '6',
}

/** What a recognizer thinks of a text: unsure where it looks like another character. */
function charsOf(plate: string, isNight: boolean): ReadCharacter[] {
  return [...plate].map((char, place) => {
    const alike = ALIKE[char]
    const confidence = alike ? (isNight ? 0.58 : 0.83) : 0.97 + (place % 3) * 0.01
    const rest = 1 - confidence
    return { char, confidence, alternatives: alike ? [{ char: alike, confidence: rest * 0.9 }] : [] }
  })
}

function alertOf(
  { display: name, plate, camera = 'harbor', minutesAgo = 0, approach, ...more }: Raised,
  watched: Display,
): Alert {
  const [cameraId, address, lat, lon, headingDeg] = CAMERAS[camera]
  const text = plate ?? (watched.plate.includes('?') ? '9DEK112' : watched.plate)
  const seen = Date.now() - minutesAgo * MINUTE - 900
  const id = readId(cameraId, iso(seen), text)
  const isMobile = address === null
  const kind = watched.plate.includes('?') ? 'pattern' : text === watched.plate ? 'exact' : 'confusable'
  const picture = (of: 'plate' | 'vehicle') =>
    more.hasPicture === false ? null : pictureName(EDGE_SOURCE, cameraId, id, of)
  const chars = charsOf(text, more.night ?? false)
  const confidence = chars.reduce((product, one) => product * one.confidence, 1)
  return {
    v: 1,
    id: alertId(watched.id, { id, source: EDGE_SOURCE, camera: { id: cameraId } }),
    raisedAt: iso(seen + 900),
    readStoredAt: iso(seen + 850),
    match: { kind, probability: kind === 'confusable' ? 0.71 : Math.min(0.995, confidence + 0.1) },
    ...(more.standsFor !== undefined && { standsFor: more.standsFor }),
    ...(approach && {
      approach: {
        ...{ portOfEntry: '2504', name: 'San Ysidro, California', distanceKm: 6.4 },
        arrivesAt: iso(seen + 9 * MINUTE),
      },
    }),
    display: {
      ...{ id: watched.id, plate: watched.plate, priority: watched.priority },
      ...{ reason: watched.reason, caseRef: watched.caseRef, owner: watched.owner },
    },
    read: {
      ...{
        v: 1,
        id,
        plate: text,
        confidence,
        chars,
        region: 'us-ca',
        regionConfidence: 0.94,
        seenAt: iso(seen),
      },
      camera: {
        ...{ id: cameraId, owner: 'Harbor Police', ownerType: 'agency', country: 'US', address },
        kind: isMobile ? 'mobile' : 'fixed',
      },
      source: EDGE_SOURCE,
      position: {
        ...{ fix: isMobile ? 'gps' : 'surveyed', lat, lon, headingDeg },
        ...{ accuracyM: isMobile ? 4 : null, speedMps: isMobile ? 11 : null },
      },
      vehicle: VEHICLES[name],
      pictures: { plate: picture('plate'), vehicle: picture('vehicle') },
      engine: { name: 'sightline', version: '0.1.0' },
    },
  }
}

/** A morning's alerts, oldest first; the newest two nobody has looked at. */
const MORNING: readonly Raised[] = [
  { display: 'cash', camera: 'otay', minutesAgo: 1571 },
  { display: 'part', camera: 'i5', minutesAgo: 402, night: true },
  { display: 'rental', camera: 'marina', minutesAgo: 371, seen: 2 },
  { display: 'boat', camera: 'marina', minutesAgo: 316 },
  { display: 'trailer', plate: '88XR247', truth: '8BXR247', camera: 'harbor', minutesAgo: 268, night: true },
  { display: 'part', camera: 'patrol', plate: '9DEA140', minutesAgo: 211 },
  { display: 'boat', camera: 'harbor', minutesAgo: 164, seen: 3 },
  { display: 'rental', plate: '6VGN5I8', truth: '6VGN518', camera: 'i5', minutesAgo: 122 },
  { display: 'cash', camera: 'i5', minutesAgo: 84, approach: true },
  { display: 'part', camera: 'otay', plate: '9DEK118', minutesAgo: 53 },
  { display: 'boat', camera: 'patrol', minutesAgo: 31 },
  { display: 'trailer', plate: '88XR247', truth: '88XR247', camera: 'otay', minutesAgo: 22 },
  { display: 'rental', camera: 'harbor', minutesAgo: 9 },
  {
    display: 'trailer',
    plate: '88XR247',
    truth: '8BXR247',
    camera: 'i5',
    minutesAgo: 2,
    seen: 2,
    approach: true,
  },
]

/** What people did with them, by place in `MORNING`; the plate as they typed it. */
const JUDGED: readonly (readonly [place: number, who: CastId, plate: string | null, reason?: string])[] = [
  [0, 'sam-okafor', 'HTR4471'],
  [1, 'sam-okafor', null, 'The image is too dark or too bright'],
  [2, 'dana-reyes', '6VGN 518'],
  [3, 'dana-reyes', '7KLM903'],
  [4, 'dana-reyes', '8BXR247'],
  [6, 'sam-okafor', '7KLM903'],
  [7, 'dana-reyes', '6VGN518'],
  [8, 'sam-okafor', 'HTR4471'],
  [11, 'dana-reyes', '88XR247', 'One character was misread'],
]

/** Options of the api that `fillAlerts` needs: whom verified alerts may be passed on to. @param folder to write into */
export async function alertsApi(folder: string): Promise<{ recipientsFile: string }> {
  const recipientsFile = join(folder, 'recipients.json')
  const recipients = [
    { id: 'port-sy', name: 'Port of San Ysidro', to: { email: 'duty@port.example' } },
    { id: 'desk', name: 'Duty desk, Harbor Police', to: { email: 'desk@agency.example' } },
  ]
  await writeFile(recipientsFile, JSON.stringify({ recipients }))
  return { recipientsFile }
}

/** Stores the displays that alerts are about. */
export async function storeDisplays(admin: NatsConnection): Promise<void> {
  const bucket = await new Kvm(jetstream(admin)).open(DISPLAYS)
  for (const one of Object.values(WATCHED)) await bucket.put(one.id, JSON.stringify(one))
}

/**
 * Fills a system with a morning's alerts: pictures, verdicts of both analysts, one claimed by the other, one passed on.
 * @param displays what they are raised for
 * @returns sequences, oldest first
 */
export async function fillAlerts(
  { rig, session }: Pick<Console, 'rig' | 'session'>,
  displays: Readonly<Record<Watched, Display>>,
): Promise<number[]> {
  const sequences: number[] = []
  const alerts: Alert[] = []
  for (const raised of MORNING) {
    const { sequence, alert } = await raiseAlert(rig.admin, raised, displays[raised.display])
    sequences.push(sequence)
    alerts.push(alert)
  }
  const people = { 'dana-reyes': await session('dana-reyes'), 'sam-okafor': await session('sam-okafor') }
  const act = async (who: keyof typeof people, place: number, step: string, body: unknown = {}) => {
    const answer = await people[who].call(`/v1/alerts/${sequences[place]}/${step}`, body)
    if (!answer.ok) throw new Error(`${step} of alert ${place}: ${await answer.text()}`)
  }
  for (const [place, who, plate, reason] of JUDGED) {
    await act(who as keyof typeof people, place, 'claim')
    // What is judged was looked at.
    const name = alerts[place]!.read.pictures.plate
    if (name) await people[who as keyof typeof people].call(`/v1/pictures/${name}`)
    if (reason) await act(who as keyof typeof people, place, 'rejection', { plate, reason })
    else await act(who as keyof typeof people, place, 'verification', { plate })
  }
  const authority = '19 U.S.C. 1581, agreement of 4 March 2026'
  await act('sam-okafor', 8, 'pass-on', { recipient: 'port-sy', authority })
  await act('sam-okafor', 10, 'claim')
  return sequences
}
