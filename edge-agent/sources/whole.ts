import { JPEG, PNG, RIFF } from '@sightline/recognition/pictures/format'

/**
 * Whether a picture file is complete: `whole` if its end is present, `cut` if more must come, `other` if it is not a JPEG,
 * PNG or WebP and never will be.
 */
export type Ending = 'whole' | 'cut' | 'other'

const PNG_END = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])

/** Walks through a file by its format, so that the end of an embedded thumbnail does not count as the file's end. */
export function endingOf(bytes: Buffer): Ending {
  if (begins(bytes, JPEG)) return bytes.length <= JPEG.length ? 'cut' : jpegEnding(bytes)
  if (begins(bytes, PNG)) return pngEnding(bytes)
  if (begins(bytes, RIFF)) return webpEnding(bytes)
  // Some writers reserve the space first.
  return bytes.subarray(0, PNG.length).every((byte) => byte === 0) ? 'cut' : 'other'
}

/** Whether bytes and signature agree, as far as both go. */
function begins(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length)
  return length > 0 && bytes.subarray(0, length).equals(signature.subarray(0, length))
}

const END = 0xd9
const SCAN = 0xda
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** ITU T.81, B.1: segments with lengths; only after a scan's header are there bytes without one. */
function jpegEnding(bytes: Buffer): Ending {
  for (let at = 2; at + 1 < bytes.length; ) {
    if (bytes[at] !== 0xff) return 'cut'
    const marker = bytes[at + 1]!
    if (marker === END) return 'whole'
    if (marker === 0xff) at += 1
    else if (isAlone(marker)) at += 2
    else {
      if (at + 4 > bytes.length) return 'cut'
      at += 2 + bytes.readUInt16BE(at + 2)
      if (marker === SCAN) at = endOfScan(bytes, at)
    }
  }
  return 'cut'
}

/** Where the next marker is: FF before 00 is image data, FF D0 to D7 are separators in it. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1]!
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
    at = bytes.indexOf(0xff, at + 1)
  }
  return bytes.length
}

function pngEnding(bytes: Buffer): Ending {
  for (let at = PNG.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (bytes.subarray(at, end).equals(PNG_END)) return 'whole'
    at = end
  }
  return 'cut'
}

function webpEnding(bytes: Buffer): Ending {
  if (bytes.length < 12) return 'cut'
  if (bytes.toString('latin1', 8, 12) !== 'WEBP') return 'other'
  return bytes.length >= 8 + bytes.readUInt32LE(4) ? 'whole' : 'cut'
}
