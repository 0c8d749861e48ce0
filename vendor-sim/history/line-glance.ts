import { ORIGIN_PATHS, originGlance, type Subject } from '@sightline/schemas/origin-bytes'
import { Read } from '@sightline/schemas/read'
import { compileScan } from '@sightline/schemas/scan'
import { decimal, unit } from '@sightline/schemas/scan-bytes'
import {
  areEquallySure,
  asciiAt,
  confidenceOfFirst,
  copy,
  copyText,
  isAt,
  writeTenThousandths,
} from './line-bytes.ts'
import { addLine, type Lines, makeRoom } from './lines.ts'
import { endOfLine, HELD_CENTURY, isKept, UNTOLD } from './rows.ts'

/**
 * Outcome of a message: its line is written; only the parser can tell what it is; or it is a read from an unknown
 * camera.
 */
export type Glimpsed = 'written' | 'unsure' | 'new registration'

/** Writes reads without parsing them completely: a fifth of the cost, and little garbage. */
export interface LineGlance {
  /**
   * Writes the line that `lineOf` makes of the read, or nothing.
   * @param now milliseconds; reads from the future, or too old, are left to the parser
   */
  write(message: Subject & { readonly data: Uint8Array }, lines: Lines, now: number): Glimpsed
  /** Registers the camera of the last message, which was a new one. @param number as registered */
  learn(number: number): void
}

const WANTED = [
  '/plate',
  '/confidence',
  '/chars',
  '/region',
  '/regionConfidence',
  '/camera',
  '/position',
  '/vehicle',
  '/vehicle/make',
  '/vehicle/model',
  '/vehicle/color',
  '/vehicle/kind',
  '/vehicle/view',
  '/vehicle/certainty',
  '/pictures',
  '/pass',
  '/cut',
  '/engine',
  '/engine/version',
  '/engine/ownConfidence',
  ...ORIGIN_PATHS,
] as const
/** Index of the place of a wanted value; its end follows. */
const placeOf = (path: (typeof WANTED)[number]) => 2 * WANTED.indexOf(path)
const PLATE = placeOf('/plate')
const CONFIDENCE = placeOf('/confidence')
const CHARS = placeOf('/chars')
const REGION = placeOf('/region')
const REGION_CONFIDENCE = placeOf('/regionConfidence')
const SEEN_AT = placeOf('/seenAt')
const CAMERA = placeOf('/camera')
const CAMERA_ID = placeOf('/camera/id')
const SOURCE = placeOf('/source')
const POSITION = placeOf('/position')
const VEHICLE = placeOf('/vehicle')
const MAKE = placeOf('/vehicle/make')
const MODEL = placeOf('/vehicle/model')
const COLOR = placeOf('/vehicle/color')
const KIND = placeOf('/vehicle/kind')
const VIEW = placeOf('/vehicle/view')
const SURE = placeOf('/vehicle/certainty')
const PICTURES = placeOf('/pictures')
const PASS = placeOf('/pass')
const CUT = placeOf('/cut')
const ENGINE = placeOf('/engine')
const VERSION = placeOf('/engine/version')
const OWN = placeOf('/engine/ownConfidence')
/** Fields that a read may lack: then the scanner does not set their places. */
const OPTIONAL = [PASS, CUT, KIND, VIEW, SURE, OWN] as const

/** Longest line up to `certainty`, and an ordinary end: names have at most 100 characters, of three bytes. */
const LONGEST = 1024

const TAB = unit('\t')
const BLANK = unit(' ')
const COMMA = unit(',')
const NULL = unit('n')
const CENTURY = Buffer.from(HELD_CENTURY)
const SURVEYED = Buffer.from('{"fix":"surveyed"')
const NO_PICTURES = Buffer.from('{"plate":null,"vehicle":null}')

/** Bytes that are the same for all reads of one camera. */
interface Known {
  /** From the camera to the source, as they follow each other. */
  camera: Buffer
  /** The surveyed position; null if each read has its own, or none. */
  position: Buffer | null
  /** Up to the engine's version: its confidence belongs to the read. */
  engine: Buffer
  /** Its number as text. */
  number: Buffer
}

export function createLineGlance(): LineGlance {
  const scan = compileScan(Read, WANTED)
  const found = new Int32Array(2 * WANTED.length)
  const known = new Map<string, Known>()
  const origin = originGlance(WANTED, found)
  let bytes: Uint8Array = new Uint8Array(0)

  const cameraId = () => asciiAt(bytes, found[CAMERA_ID]! + 1, found[CAMERA_ID + 1]! - 1)
  const isSurveyed = () => isAt(bytes, found[POSITION]!, found[POSITION]! + SURVEYED.length, SURVEYED)
  const isSame = (part: Buffer, from: number, end: number) => part.compare(bytes, from, end) === 0
  const valueAt = (place: number) =>
    JSON.parse(
      Buffer.from(
        bytes.buffer,
        bytes.byteOffset + found[place]!,
        found[place + 1]! - found[place]!,
      ).toString(),
    )

  function registrationOf(hasPlace: boolean): Known | undefined {
    const registration = known.get(cameraId())
    if (registration === undefined || hasPlace !== (registration.position !== null)) return undefined
    return isSame(registration.camera, found[CAMERA]!, found[SOURCE + 1]!) &&
      (registration.position === null ||
        isSame(registration.position, found[POSITION]!, found[POSITION + 1]!)) &&
      isSame(registration.engine, found[ENGINE]!, found[VERSION + 1]!)
      ? registration
      : undefined
  }

  const isNullOrText = (place: number) =>
    bytes[found[place]!] === NULL || found[place + 1]! - found[place]! > EMPTY_TEXT

  /** Whether the columns represent the whole vehicle: it has no empty text, and at least one part. */
  const isOrdinaryVehicle = () =>
    bytes[found[VEHICLE]!] === NULL ||
    (found[SURE] === 0 &&
      isNullOrText(MAKE) &&
      isNullOrText(MODEL) &&
      isNullOrText(COLOR) &&
      (bytes[found[MAKE]!] !== NULL ||
        bytes[found[MODEL]!] !== NULL ||
        bytes[found[COLOR]!] !== NULL ||
        found[KIND] !== 0 ||
        found[VIEW] !== 0))

  const isKeptAt = (place: number) => isKept(decimal(bytes, found[place]!, found[place + 1]!))

  const areKeptCharacters = () => {
    const sure = confidenceOfFirst(found[CHARS]!)
    return (
      areEquallySure(bytes, found[CHARS]!, found[CHARS + 1]!, found[PLATE]! + 1, found[PLATE + 1]! - 1) &&
      isKept(decimal(bytes, sure, bytes.indexOf(COMMA, sure)))
    )
  }

  /**
   * Whether nothing goes into `rest`: no position of its own, no image, no character in doubt, no number that rounding
   * changes.
   */
  const isOrdinary = (hasPlace: boolean) =>
    found[PASS] === 0 &&
    found[CUT] === 0 &&
    found[OWN] === 0 &&
    isOrdinaryVehicle() &&
    (hasPlace || bytes[found[POSITION]!] === NULL) &&
    isAt(bytes, found[PICTURES]!, found[PICTURES + 1]!, NO_PICTURES) &&
    areKeptCharacters() &&
    isKeptAt(CONFIDENCE) &&
    (bytes[found[REGION_CONFIDENCE]!] === NULL || isKeptAt(REGION_CONFIDENCE))

  /** A name from a closed list; nothing if the vehicle has no such field. */
  function copyTold(place: number, out: Buffer, at: number): number {
    if (found[place] === 0) return at
    if (bytes[found[place]!] !== NULL) return copyText(bytes, found[place]!, found[place + 1]!, out, at)
    out[at] = NOT_TOLD
    return at + 1
  }

  /** Result of `lookOf`. */
  function copyLook(out: Buffer, at: number): number {
    if (found[KIND] === 0 && found[VIEW] === 0) return at
    const to = copyTold(KIND, out, at)
    out[to] = BLANK
    return copyTold(VIEW, out, to + 1)
  }

  function writeHead(number: Buffer, out: Buffer, at: number): number {
    let to = copy(bytes, found[PLATE]! + 1, found[PLATE + 1]! - 1, out, at)
    out[to++] = TAB
    // The engine's format of an instant: a space for the T, no Z.
    const seenAt = found[SEEN_AT]! + 1
    to = copy(bytes, seenAt, seenAt + 10, out, to)
    out[to++] = BLANK
    to = copy(bytes, seenAt + 11, seenAt + 23, out, to)
    out[to++] = TAB
    to = copy(number, 0, number.length, out, to)
    out[to++] = TAB
    to = copyText(bytes, found[REGION]!, found[REGION + 1]!, out, to)
    out[to++] = TAB
    if (bytes[found[VEHICLE]!] === NULL) {
      for (let column = 0; column < 3; column++) out[to++] = TAB
    } else {
      to = copyText(bytes, found[MAKE]!, found[MAKE + 1]!, out, to)
      out[to++] = TAB
      to = copyText(bytes, found[MODEL]!, found[MODEL + 1]!, out, to)
      out[to++] = TAB
      to = copyText(bytes, found[COLOR]!, found[COLOR + 1]!, out, to)
      out[to++] = TAB
      to = copyLook(out, to)
    }
    out[to++] = TAB
    return to
  }

  function writeOrdinaryEnd(out: Buffer, at: number): number {
    let to = at
    const judged = found[REGION_CONFIDENCE]!
    if (bytes[judged] === NULL) out[to++] = UNJUDGED
    else to = writeTenThousandths(decimal(bytes, judged, found[REGION_CONFIDENCE + 1]!), out, to)
    out[to++] = BLANK
    const sure = confidenceOfFirst(found[CHARS]!)
    to = writeTenThousandths(decimal(bytes, sure, bytes.indexOf(COMMA, sure)), out, to)
    out[to++] = BLANK
    to = writeTenThousandths(decimal(bytes, found[CONFIDENCE]!, found[CONFIDENCE + 1]!), out, to)
    return copy(NO_PLACE_NO_REST, 0, NO_PLACE_NO_REST.length, out, to)
  }

  /** Parses what the shortcut does not cover. */
  const unordinaryEnd = (): string =>
    endOfLine({
      plate: asciiAt(bytes, found[PLATE]! + 1, found[PLATE + 1]! - 1),
      confidence: valueAt(CONFIDENCE),
      chars: valueAt(CHARS),
      regionConfidence: valueAt(REGION_CONFIDENCE),
      position: valueAt(POSITION),
      pictures: valueAt(PICTURES),
      vehicle: valueAt(VEHICLE),
      ...(found[PASS] !== 0 && { pass: valueAt(PASS) }),
      ...(found[CUT] !== 0 && { cut: true }),
      engine: valueAt(ENGINE),
    })

  return {
    write: (message, lines, now) => {
      for (const place of OPTIONAL) found[place] = 0
      if (!scan(message.data, found)) return 'unsure'
      bytes = message.data
      if (!origin.isOwn(bytes, message) || !origin.hasOwnPictures(bytes)) return 'unsure'
      if (!origin.isOfItsTime(bytes, now)) return 'unsure'
      if (!isAt(bytes, found[SEEN_AT]! + 1, found[SEEN_AT]! + 3, CENTURY)) return 'unsure'
      const hasPlace = isSurveyed()
      const registration = registrationOf(hasPlace)
      if (!registration) return 'new registration'
      makeRoom(lines, LONGEST)
      const end = writeHead(registration.number, lines.bytes, lines.length)
      if (isOrdinary(hasPlace)) lines.length = writeOrdinaryEnd(lines.bytes, end)
      else {
        lines.length = end
        addLine(lines, unordinaryEnd())
      }
      return 'written'
    },
    learn: (number) => {
      known.set(cameraId(), {
        camera: Buffer.from(bytes.slice(found[CAMERA], found[SOURCE + 1])),
        position: isSurveyed() ? Buffer.from(bytes.slice(found[POSITION], found[POSITION + 1])) : null,
        engine: Buffer.from(bytes.slice(found[ENGINE], found[VERSION + 1])),
        number: Buffer.from(String(number)),
      })
    },
  }
}

const UNJUDGED = unit('-')
const NOT_TOLD = unit(UNTOLD)
const EMPTY_TEXT = '""'.length
const NO_PLACE_NO_REST = Buffer.from('\t0\t0\t\n')
