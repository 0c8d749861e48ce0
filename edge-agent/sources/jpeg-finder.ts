import { MAX_PICTURE_BYTES } from '@sightline/recognition/pictures/file'
import { JPEG } from '@sightline/recognition/pictures/format'
import { SightlineError } from '@sightline/schemas/errors'

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
/** Markers without a length: TEM, and the separators in a scan. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/**
 * Splits a byte stream into JPEG files, examining each byte once. It finds them by their own structure (ITU T.81, B.1):
 * cameras disagree about boundaries and lengths, and a thumbnail or comment within a picture may contain what looks like its
 * end. A picture that breaks off is dropped when the next one begins.
 * @returns a function that takes new bytes, and returns the pictures that they complete
 * @throws SOURCE_INVALID for a picture larger than MAX_PICTURE_BYTES
 */
export function jpegFinder(): (chunk: Uint8Array) => Uint8Array[] {
  let kept = Buffer.alloc(64 * 1024)
  let length = 0
  /** Where to continue; the picture's bytes before this place were already examined. */
  let at = 0
  let state: 'outside' | 'marker' | 'scan' = 'outside'

  function add(chunk: Uint8Array): void {
    if (length + chunk.length > kept.length) {
      const larger = Buffer.alloc(2 * (length + chunk.length))
      kept.copy(larger, 0, 0, length)
      kept = larger
    }
    kept.set(chunk, length)
    length += chunk.length
  }

  /** Drops the bytes before a place. */
  function drop(before: number): void {
    kept.copyWithin(0, before, length)
    length -= before
    at = Math.max(0, at - before)
  }

  const indexOf = (what: Buffer | number, from: number): number =>
    kept.subarray(0, length).indexOf(what, from)

  /**
   * Continues as far as the received bytes allow. @returns the place after the end of a picture, or undefined if more bytes
   * are needed
   */
  function step(): number | undefined {
    while (true) {
      if (state === 'outside') {
        const start = indexOf(JPEG, 0)
        // The last bytes may be the beginning of a start marker.
        if (start < 0) return void drop(Math.max(0, length - 2))
        drop(start)
        at = 2
        state = 'marker'
      } else if (state === 'marker') {
        if (at + 1 >= length) return undefined
        const marker = kept[at + 1]!
        if (kept[at] !== 0xff || marker === 0 || marker === START) restart(kept[at] === 0xff ? at : at + 1)
        else if (marker === 0xff) at += 1
        else if (marker === END) return at + 2
        else if (isAlone(marker)) at += 2
        else {
          if (at + 4 > length) return undefined
          at += 2 + kept.readUInt16BE(at + 2)
          if (marker === SCAN) state = 'scan'
        }
      } else {
        const next = at < length ? indexOf(0xff, at) : -1
        if (next < 0) {
          at = Math.max(at, length)
          return undefined
        }
        at = next
        if (at + 1 >= length) return undefined
        const marker = kept[at + 1]!
        if (marker === 0 || isAlone(marker)) at += 2
        else state = 'marker'
      }
    }
  }

  /** The picture broke off: the next one may begin at or after this place. */
  function restart(from: number): void {
    drop(Math.min(from, length))
    at = 0
    state = 'outside'
  }

  return (chunk) => {
    add(chunk)
    const found: Uint8Array[] = []
    for (let end = step(); end !== undefined; end = step()) {
      found.push(Buffer.from(kept.subarray(0, end)))
      restart(end)
    }
    if (length > MAX_PICTURE_BYTES) {
      throw new SightlineError('SOURCE_INVALID', 'the stream sends something that is no JPEG')
    }
    return found
  }
}
