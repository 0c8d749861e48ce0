import { createParser } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import {
  type Adapter,
  confidenceOf,
  invalidMessage,
  numberOf,
  plateOf,
  type Reading,
  textOf,
} from '../reading.ts'
import { epochOf, type When, whenOf } from '../when.ts'
import { regionOf } from './countries.ts'
import { imageOf, jsonIn } from './json.ts'

const Text = Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()]))

/** The parts of it that are used. */
const Message = createParser(
  'message of an AXIS License Plate Verifier',
  Type.Object({
    plateASCII: Text,
    plateUTF8: Text,
    plateText: Text,
    plateConfidence: Text,
    plateCountry: Text,
    'plateISO3166-2': Text,
    carID: Text,
    carState: Text,
    carMoveDirection: Text,
    datetime: Text,
    capture_timestamp: Text,
    capture_ts: Text,
    frame_timestamp: Text,
    plateImage: Text,
    vehicleImage: Text,
    vehicle_info: Type.Optional(
      Type.Union([Type.Object({ brand: Text, model: Text, color: Text }), Type.Null()]),
    ),
    camera_info: Type.Optional(Type.Union([Type.Object({ SerialNumber: Text }), Type.Null()])),
    ImageArray: Type.Optional(
      Type.Union([
        Type.Array(Type.Object({ ImageType: Text, BinaryImage: Text }), { maxItems: 16 }),
        Type.Null(),
      ]),
    ),
  }),
)
type Message = Static<typeof Message.schema>

/**
 * AXIS License Plate Verifier: a push event as JSON (VAPIX, "License plate verifier API"). A vehicle causes `new`,
 * several `update` and a `lost`, all with its `carID`. A sign of life has no plate.
 */
export const axis: Adapter = (parts) => {
  const message = Message.parse(jsonIn(parts))
  const keys = [message.plateASCII, message.plateUTF8, message.plateText]
  const isAnother = keys.every((key) => key === undefined)
  if (isAnother) {
    if (message.carID !== undefined || message.carState !== undefined)
      throw invalidMessage('has no plate text')
    return []
  }
  const plate = plateOf(keys.map(stringOf).find((key) => plateOf(key) !== null))
  if (plate === null) return []
  const car = stringOf(message.carID)
  const state = stringOf(message.carState)?.toLowerCase()
  const info = message.vehicle_info ?? {}
  return [
    {
      plate,
      seenAt: whenSeen(message),
      confidence: confidenceSaid(message.plateConfidence),
      region: regionOf(stringOf(message['plateISO3166-2'])) ?? regionOf(stringOf(message.plateCountry)),
      vehicle: {
        make: textOf(stringOf(info.brand), 40),
        model: textOf(stringOf(info.model), 40),
        color: textOf(stringOf(info.color), 20)?.toLowerCase() ?? null,
      },
      direction: directionOf(stringOf(message.carMoveDirection)),
      pictures: picturesOf(message),
      ...(car && state && { pass: { id: car.slice(0, 64), isLast: state === 'lost' } }),
    },
  ]
}

const stringOf = (value: string | number | null | undefined) =>
  value === null || value === undefined ? undefined : String(value)

/** `in` means toward the camera, as the application shows it. */
const directionOf = (text: string | undefined): Reading['direction'] =>
  text === 'in' ? 'approaching' : text === 'out' ? 'receding' : null

/** From 0 to 1; some versions count to 100. */
function confidenceSaid(value: unknown): Reading['confidence'] {
  const said = numberOf(value)
  return said !== undefined && said > 1 ? confidenceOf(said, 100) : confidenceOf(said, 1)
}

/** @throws MESSAGE_INVALID */
function whenSeen(message: Message): When {
  for (const stamp of [message.capture_timestamp, message.capture_ts, message.frame_timestamp]) {
    const at = epochOf(numberOf(stamp))
    if (at !== undefined) return { at }
  }
  const when = whenOf(stringOf(message.datetime))
  if (!when) throw invalidMessage('has no capture_timestamp or datetime that is an instant')
  return when
}

function picturesOf({ ImageArray, plateImage, vehicleImage }: Message): Reading['pictures'] {
  const of = (type: RegExp) => {
    const found = ImageArray?.find(({ ImageType }) => type.test(String(ImageType ?? '')))
    return imageOf(stringOf(found?.BinaryImage))
  }
  const plate = of(/plate/i) ?? imageOf(stringOf(plateImage))
  const vehicle = of(/vehicle|car/i) ?? imageOf(stringOf(vehicleImage))
  const scene = of(/frame|full|scene|overview/i)
  return { ...(plate && { plate }), ...(vehicle && { vehicle }), ...(scene && { scene }) }
}
