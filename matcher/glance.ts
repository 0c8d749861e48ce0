import { ORIGIN_PATHS, originGlance, type Subject } from '@sightline/schemas/origin-bytes'
import { Read, readParser } from '@sightline/schemas/read'
import { compileScan } from '@sightline/schemas/scan'
import { decimal } from '@sightline/schemas/scan-bytes'

/** What is known of a message that is certainly a valid read. */
export interface Glance {
  /** Whether the camera is in the United States (CAP-5). */
  readonly domestic: boolean
  /** Whether source and camera certainly are those of the message's subject (schemas/origin.ts). */
  isOf(message: Subject): boolean
  /** Whether the read certainly is of an instant that one stored now can tell of. @param now milliseconds */
  isOfItsTime(now: number): boolean
  /**
   * Its plate and confidence, taken out of the bytes; the first look at anything else parses that, or all. Good until
   * the next glance.
   */
  readonly read: Read
  /** The whole read, for keeps. */
  parse(): Read
}

/** Places of the values in `found`, two each. */
const WANTED = ['/plate', '/confidence', '/camera/country', '/chars', ...ORIGIN_PATHS]

/**
 * Looks at messages before they are parsed, for a ninth of the cost: of nearly all reads the displays need nothing but
 * plate and confidence. One such function serves all messages, one after another.
 * @returns a function that gives null for what is not certainly a read; `readParser` decides then
 */
export function createGlance(): (payload: Uint8Array) => Glance | null {
  const scan = compileScan(Read, WANTED)
  const found = new Int32Array(2 * WANTED.length)
  const origin = originGlance(WANTED, found)
  let bytes: Uint8Array = new Uint8Array(0)
  let whole: Read | undefined
  let chars: Read['chars'] | undefined

  function parse(): Read {
    whole ??= readParser.parseJson(bytes)
    return whole
  }

  /** Of one read in ten the characters are wanted, which are a third of it. */
  function parseChars(): Read['chars'] {
    chars ??= JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset + found[6]!, found[7]! - found[6]!).toString('latin1'),
    )
    return chars!
  }

  const read = lateRead(parse, parseChars)
  const glance = {
    ...{ domestic: false, read, parse },
    isOf: (message: Subject) => origin.isOwn(bytes, message),
    isOfItsTime: (now: number) => origin.isOfItsTime(bytes, now),
  }

  return (payload) => {
    if (!scan(payload, found)) return null
    bytes = payload
    whole = undefined
    chars = undefined
    read.plate = textAt(payload, found[0]! + 1, found[1]! - 1)
    read.confidence = decimal(payload, found[2]!, found[3]!)
    const country = found[4]!
    glance.domestic = payload[country + 1] === LETTER_U && payload[country + 2] === LETTER_S
    return glance
  }
}

const LETTER_U = 'U'.charCodeAt(0)
const LETTER_S = 'S'.charCodeAt(0)

/** A read whose plate and confidence are set from outside; all else is parsed. */
function lateRead(parse: () => Read, parseChars: () => Read['chars']): Read {
  const late = Object.defineProperty({}, 'chars', { get: parseChars })
  const set = ['plate', 'confidence', 'chars']
  for (const name of Object.keys(Read.properties) as (keyof Read)[]) {
    if (!set.includes(name)) Object.defineProperty(late, name, { get: () => parse()[name] })
  }
  return Object.assign(Object.create(late), { plate: '', confidence: 0 })
}

/** A short text of ASCII. */
function textAt(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]!)
  return text
}
