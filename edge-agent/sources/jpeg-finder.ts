import { MAX_PICTURE_BYTES } from '@sightline/recognition/pictures/file'
import { JPEG } from '@sightline/recognition/pictures/format'
import { SightlineError } from '@sightline/schemas/errors'

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
/** Markers without a length: TEM and those that divide a scan. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/**
 * Cuts a byte stream into JPEG files, each byte looked at once. They are found by their own structure (ITU T.81, B.1): cameras
 * disagree about boundaries and lengths, and a thumbnail or a comment within a picture may hold what looks like its end. One
 * that breaks off in the middle is left for the next that begins.
 * @returns a function that takes what came, and gives the pictures that are whole with it
 * @throws SOURCE_INVALID for one that goes on beyond MAX_PICTURE_BYTES
 */
export function jpegFinder(): (chunk: Uint8Array) => Uint8Array[] {
  let kept = Buffer.alloc(64 * 1024)
  let length = 0
  /** Where to look on; the bytes of the picture before it are known. */
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

  /** Lets go of what lies before a place. */
  function drop(before: number): void {
    kept.copyWithin(0, before, length)
    length -= before
    at = Math.max(0, at - before)
  }

  const indexOf = (what: Buffer | number, from: number): number =>
    kept.subarray(0, length).indexOf(what, from)

  /** Goes on as far as what came allows. @returns the place behind the end of a picture, or undefined: more has to come */
  function step(): number | undefined {
    while (true) {
      if (state === 'outside') {
        const start = indexOf(JPEG, 0)
        // Two bytes may be the beginning of a start.
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

  /** The picture broke off: the next one may begin from a place on. */
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
