import {
  type Adapter,
  confidenceOf,
  invalidMessage,
  numberOf,
  type Part,
  plateOf,
  type Reading,
  textOf,
} from '../reading.ts'
import { epochOf, type When, whenOf } from '../when.ts'
import { regionOf } from './countries.ts'

/**
 * Dahua: output of `snapManager.cgi?action=attachFileProc` (HTTP API, "Subscribe to snapshot"): lines of `key=value`,
 * then the pictures as separate parts. `Heartbeat` alone is a sign of life; events that are not about traffic are
 * ignored.
 */
export const dahua: Adapter = (parts) => {
  const texts = parts.filter(
    ({ type, bytes }) => type.startsWith('text/') || (type === '' && bytes[0] !== 0xff),
  )
  if (texts.length === 0) throw invalidMessage('has no text')
  const images = parts.filter((part) => part.type.startsWith('image/') || part.bytes[0] === 0xff)
  if (texts.some(({ bytes }) => bytes.length > MOST_TEXT_BYTES))
    throw invalidMessage('has more text than a plate reader sends')
  return texts.flatMap(({ bytes }) => {
    const events = eventsOf(Buffer.from(bytes).toString('utf8'))
    return events.flatMap((event, n) => readingOf(event, events.length === 1 || n === 0 ? images : []) ?? [])
  })
}

/** One event: its values by their keys, without `Events[0].`. */
type Event = Map<string, string>

const MOST_TEXT_BYTES = 1024 * 1024
const MOST_LINES = 5_000
const MOST_EVENTS = 64

function eventsOf(text: string): Event[] {
  const trimmed = text.trim()
  if (trimmed === '' || /^heartbeat$/i.test(trimmed)) return []
  const events = new Map<string, Event>()
  const lines = trimmed.split(/\r?\n/)
  if (lines.length > MOST_LINES) throw invalidMessage('has more lines than a plate reader sends')
  for (const line of lines) {
    const [, index, key, value] =
      /^(?:Return)?Events\[(\d{1,4})\]\.([^=]{1,200})=(.*)$/.exec(line.trim()) ?? []
    if (index === undefined) continue
    const event: Event = events.get(index) ?? new Map()
    events.set(index, event.set(key!.trim(), value!.trim()))
    if (events.size > MOST_EVENTS) throw invalidMessage(`has more than ${MOST_EVENTS} events`)
  }
  if (events.size === 0) throw invalidMessage('has no line of an event')
  return [...events.values()]
}

/** Direction of travel; `Leave` and `Away` come from different versions. */
const DIRECTIONS: Record<string, Reading['direction']> = {
  approach: 'approaching',
  obverse: 'approaching',
  leave: 'receding',
  away: 'receding',
  reverse: 'receding',
}

function readingOf(event: Event, images: readonly Part[]): Reading | undefined {
  const code = event.get('EventBaseInfo.Code') ?? event.get('Code') ?? event.get('TrafficCar.Event') ?? ''
  if (code === '') throw invalidMessage('has an event without a code')
  const text = event.get('TrafficCar.PlateNumber') ?? event.get('Object.Text')
  // Some events name a parking space or a passed signal: if there is a plate, it is a sighting.
  if (!code.startsWith('Traffic')) return undefined
  const plate = plateOf(text)
  if (plate === null) return undefined
  const make = textOf(event.get('Vehicle.Text') ?? event.get('TrafficCar.VehicleSign'), 40)
  return {
    plate,
    seenAt: whenSeen(event),
    confidence: confidenceIn(event),
    region: regionOf(event.get('TrafficCar.Country') ?? event.get('Object.Country')),
    vehicle: { make, color: textOf(event.get('TrafficCar.VehicleColor'), 20)?.toLowerCase() ?? null },
    direction: DIRECTIONS[event.get('TrafficCar.DrivingDirection[0]')?.toLowerCase() ?? ''] ?? null,
    pictures: picturesOf(images),
  }
}

/** `Object.Confidence` is about the plate, from 1 to 255 in the manual; 0 means unknown. */
function confidenceIn(event: Event): Reading['confidence'] {
  const said = confidenceOf(event.get('Object.Confidence'), 255)
  return said && said.value > 0 ? said : null
}

/** `RealUTC` is really UTC; `UTC` is local time in many versions. @throws MESSAGE_INVALID */
function whenSeen(event: Event): When {
  const said = numberOf(event.get('UTCMS')) ?? 0
  // Only the milliseconds within the second.
  const ms = said >= 0 && said < 1000 ? Math.floor(said) : 0
  const real = epochOf(numberOf(event.get('RealUTC')))
  if (real !== undefined) return { at: real + ms }
  const utc = epochOf(numberOf(event.get('UTC')))
  if (utc !== undefined) return { atPerhapsLocal: utc + ms }
  const snap = whenOf(event.get('TrafficCar.SnapTime') ?? event.get('SnapTime'))
  if (!snap) throw invalidMessage('has no UTC that is an instant')
  return snap
}

/** The largest picture is the scene, a much smaller one the plate. */
function picturesOf(images: readonly Part[]): Reading['pictures'] {
  const [scene, ...others] = images.toSorted((a, b) => b.bytes.length - a.bytes.length)
  const plate = others.at(-1)
  return { ...(scene && { scene: scene.bytes }), ...(plate && { plate: plate.bytes }) }
}
