import { lifetimeOf } from './origin.ts'
import { type PictureKind, readSubject } from './subjects.ts'

/**
 * The checks of schemas/origin.ts for a read that was only scanned (schemas/scan.ts), byte by byte, because it runs
 * hundreds of thousands of times a second. False means "not sure": then the whole message is parsed and checked.
 */

/** Values that a scanner must find for this. */
export const ORIGIN_PATHS = [
  ...(['/id', '/seenAt', '/camera/id', '/source', '/pictures/plate', '/pictures/vehicle'] as const),
] as const

/** A message whose subject is compared as bytes (broker/stream-message.ts). */
export interface Subject {
  /** @returns where the next token would begin; below 0 when the token at `from` differs from the bytes */
  afterToken(from: number, bytes: Uint8Array, start: number, end: number): number
}

export interface OriginGlance {
  /** Whether source and camera are certainly those of the subject. */
  isOwn(bytes: Uint8Array, message: Subject): boolean
  /** Whether the images are also the read's own; comparing them costs more than all the rest. */
  hasOwnPictures(bytes: Uint8Array): boolean
  /** Whether its instant is certainly possible for a message stored now. @param now milliseconds */
  isOfItsTime(bytes: Uint8Array, now: number): boolean
}

/** @param wanted, @param found of the scanner: the paths must include all of ORIGIN_PATHS */
export function originGlance(wanted: readonly string[], found: Int32Array): OriginGlance {
  const placeOf = (path: (typeof ORIGIN_PATHS)[number]) => 2 * wanted.indexOf(path)
  const [id, seenAt] = [placeOf('/id'), placeOf('/seenAt')]
  const [camera, source] = [placeOf('/camera/id'), placeOf('/source')]
  const [plate, vehicle] = [placeOf('/pictures/plate'), placeOf('/pictures/vehicle')]

  const afterToken = (message: Subject, from: number, bytes: Uint8Array, place: number): number =>
    from < 0 ? -1 : message.afterToken(from, bytes, found[place]! + 1, found[place + 1]! - 1)

  /** Whether the text of a value is at `at`, followed by a dot. @returns the place after that, below 0 when not */
  function afterText(bytes: Uint8Array, at: number, place: number): number {
    if (at < 0) return -1
    const end = found[place + 1]! - 1
    let to = at
    for (let from = found[place]! + 1; from < end; from++, to++) if (bytes[to] !== bytes[from]) return -1
    return bytes[to] === DOT ? to + 1 : -1
  }

  function isOwnPicture(bytes: Uint8Array, place: number, kind: Uint8Array): boolean {
    if (bytes[found[place]!] === LETTER_N) return true
    const ofSource = afterText(bytes, found[place]! + 1, source)
    const at = afterText(bytes, afterText(bytes, ofSource, camera), id)
    if (at < 0 || found[place + 1]! - 1 - at !== kind.length) return false
    for (let i = 0; i < kind.length; i++) if (bytes[at + i] !== kind[i]) return false
    return true
  }

  return {
    isOwn: (bytes, message) =>
      afterToken(message, afterToken(message, SOURCE_AT, bytes, source), bytes, camera) > 0,
    hasOwnPictures: (bytes) =>
      isOwnPicture(bytes, plate, OF_PLATE) && isOwnPicture(bytes, vehicle, OF_VEHICLE),
    isOfItsTime(bytes, now) {
      const { earliest, latest } = boundsAt(now)
      const at = found[seenAt]! + 1
      return compare(bytes, at, latest) <= 0 && compare(bytes, at, earliest) >= 0
    },
  }
}

/** Where the source begins in a subject of reads. */
const SOURCE_AT = readSubject('', '').indexOf('.') + 1
const DOT = '.'.charCodeAt(0)
/** The first letter of null. */
const LETTER_N = 'n'.charCodeAt(0)
const OF_PLATE = Buffer.from('plate' satisfies PictureKind)
const OF_VEHICLE = Buffer.from('vehicle' satisfies PictureKind)

/** The limits as text: instants sort as text. Many reads come in one millisecond. */
let bounds = { now: Number.NaN, earliest: Buffer.alloc(0), latest: Buffer.alloc(0) }

function boundsAt(now: number): typeof bounds {
  if (bounds.now !== now) {
    const { earliest, latest } = lifetimeOf(now)
    const spelled = (at: number) => Buffer.from(new Date(at).toISOString())
    bounds = { now, earliest: spelled(earliest), latest: spelled(latest) }
  }
  return bounds
}

/** Below 0 when the bytes at `at` sort before the text, above 0 when after it. */
function compare(bytes: Uint8Array, at: number, text: Uint8Array): number {
  let i = 0
  while (i < text.length - 1 && bytes[at + i] === text[i]) i++
  return bytes[at + i]! - text[i]!
}
