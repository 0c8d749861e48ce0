/**
 * Defines an image between processes: a complete JPEG file, of a size that viewers can handle. The sender may be
 * somebody with a stolen key. So the structure of what a person's browser would decode is checked first (ITU T.81,
 * annex B), without decoding it. Pure.
 */

/**
 * Maximum number of pixels of an image: 8K video has 33 million, and no camera for plates has more. Progressive and
 * interlaced images take eight bytes a pixel and more while they are decoded.
 */
export const MAX_PICTURE_PIXELS = 36_000_000
export const MAX_PICTURE_SIDE = 16_384

/** Maximum number of scans: progressive encoders make ten, and each is a pass over all pixels. */
const MAX_SCANS = 64

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
/** Frame headers: C0 to CF except those of tables and extensions. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** The fault of bytes that should be a JPEG image, in words that continue "it …"; null when there is none. */
export function jpegFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== START) return 'does not begin like a JPEG file'
  let hasFrame = false
  let scans = 0
  for (let at = 2; at + 1 < bytes.length; ) {
    const marker = bytes[at + 1]!
    if (bytes[at] !== 0xff || marker === 0 || marker === START) return 'has other bytes between its segments'
    if (marker === END) return scans > 0 ? null : 'contains no pixels'
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || isRestart(marker)) at += 2
    else {
      if (at + 4 > bytes.length) break
      const length = view.getUint16(at + 2)
      if (length < 2) return 'has a segment without an end'
      if (at + 2 + length > bytes.length) break
      if (isFrame(marker)) {
        if (hasFrame || length < 8) return 'contains more than one image'
        hasFrame = true
        const fault = sizeFault(view.getUint16(at + 7), view.getUint16(at + 5))
        if (fault) return fault
      }
      if (marker === SCAN && (!hasFrame || ++scans > MAX_SCANS)) return 'has more scans than an image needs'
      at += 2 + length
      if (marker === SCAN) at = endOfScan(bytes, at)
    }
  }
  return 'breaks off'
}

function sizeFault(width: number, height: number): string | null {
  if (width < 1 || height < 1) return 'has no size'
  const isLarge = Math.max(width, height) > MAX_PICTURE_SIDE || width * height > MAX_PICTURE_PIXELS
  return isLarge ? `claims to have ${width}×${height} pixels` : null
}

/** Place of the next marker: FF before 00 is image data, FF D0 to D7 are separators in it. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1]!
    if (next !== 0 && !isRestart(next)) return at
    at = bytes.indexOf(0xff, at + 1)
  }
  return bytes.length
}
