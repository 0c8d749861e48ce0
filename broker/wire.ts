import { StreamMessage } from './stream-message.ts'

/** Receives a message of one subscription. */
export type Taker = (message: StreamMessage) => void

const NEW_LINE = 10
const BLANK = 32
const DIGIT_0 = 48
const [LETTER_H, LETTER_M, LETTER_S] = ['H', 'M', 'S'].map((letter) => letter.charCodeAt(0))

/**
 * Extracts the messages of some subscriptions from a server's data (`MSG <subject> <sid> [reply] <size>`, a line, the
 * payload, a line end; `HMSG` with a second size, of headers before the payload). The client library's parser examines
 * each byte and creates five arrays per message; at a stream's hundreds of thousands a second that is half of their
 * cost, and most of the parts are never used.
 * @param takers by subscription number
 * @param others receives everything else, complete messages and lines, in order
 * @returns a function that takes the bytes as they come, in pieces of any length, and keeps them
 */
export function createWire(takers: ReadonlyMap<number, Taker>, others: (bytes: Uint8Array) => void) {
  /** The beginning of an incomplete message; and its total length, 0 while its line is incomplete. */
  let pieces: Uint8Array[] = []
  let held = 0
  let wanted = 0
  /** Results of the last `lengthAt`: subscription number, below 0 when it is not a message; size of the headers. */
  let sid = -1
  let line = 0
  let head = 0
  let headers = 0

  /** @returns the length of what begins at `from`, if already known; 0 while its line is incomplete */
  function lengthAt(bytes: Uint8Array, from: number): number {
    let end = from
    while (end < bytes.length && bytes[end] !== NEW_LINE) end++
    if (end === bytes.length) return 0
    head = end + 1
    sid = -1
    const withHeaders = bytes[from] === LETTER_H
    const at = withHeaders ? from + 1 : from
    if (bytes[at] !== LETTER_M || bytes[at + 1] !== LETTER_S) return head - from
    line = at + 4
    let place = line
    // Only a space ends a subject: a publisher may use control characters in one.
    while (place < end && bytes[place] !== BLANK) place++
    for (sid = 0, place++; bytes[place]! > BLANK; place++) sid = sid * 10 + bytes[place]! - DIGIT_0
    // Backward from before the line end.
    place = end - 2
    const size = numberBefore(bytes, place)
    headers = 0
    if (withHeaders) {
      while (bytes[place]! > BLANK) place--
      headers = numberBefore(bytes, place - 1)
    }
    return head + size + 2 - from
  }

  /** Passes what is complete. @returns where the first incomplete part begins */
  function split(bytes: Uint8Array, from: number): number {
    let at = from
    let handed = from
    while (at < bytes.length) {
      const length = lengthAt(bytes, at)
      const next = at + length
      if (length === 0 || next > bytes.length) {
        wanted = length
        break
      }
      const take = sid < 0 ? undefined : takers.get(sid)
      if (take) {
        if (handed < at) others(bytes.subarray(handed, at))
        handed = next
        take(new StreamMessage(bytes, line, head, head + headers, next - 2))
      }
      at = next
    }
    if (handed < at) others(bytes.subarray(handed, at))
    return at
  }

  function keep(piece: Uint8Array): void {
    pieces.push(piece)
    held += piece.length
  }

  function joined(): Uint8Array {
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    pieces = []
    held = 0
    return whole
  }

  /** Appends to the incomplete part. @returns number of bytes used */
  function complete(bytes: Uint8Array): number {
    let at = 0
    if (wanted === 0) {
      const end = bytes.indexOf(NEW_LINE)
      at = end < 0 ? bytes.length : end + 1
      keep(bytes.subarray(0, at))
      if (end < 0) return at
      keep(joined())
      wanted = lengthAt(pieces[0]!, 0)
    }
    const more = bytes.subarray(at, at + wanted - held)
    keep(more)
    if (held === wanted) split(joined(), 0)
    return at + more.length
  }

  return (bytes: Uint8Array): void => {
    const from = held === 0 ? 0 : complete(bytes)
    if (from === bytes.length) return
    const rest = split(bytes, from)
    if (rest < bytes.length) keep(bytes.subarray(rest))
  }
}

/** The number whose last digit is at `place`. */
function numberBefore(bytes: Uint8Array, place: number): number {
  let value = 0
  for (let weight = 1; bytes[place]! > BLANK; weight *= 10) value += weight * (bytes[place--]! - DIGIT_0)
  return value
}
