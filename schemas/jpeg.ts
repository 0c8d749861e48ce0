/**
 * What passes for a picture between processes: a JPEG file, whole, of a size that whoever looks at it can bear. Its sender says
 * so, and may be somebody with a stolen key: what would be decoded by a person's browser is walked through first (ITU T.81,
 * annex B), without decoding it. Pure.
 */

/**
 * Most pixels of a picture, and most along a side: 8K video has 33 million, and no camera for plates has more. Progressive and
 * interlaced ones take eight bytes a pixel and more while they are decoded.
 */
export const MAX_PICTURE_PIXELS = 36_000_000
export const MAX_PICTURE_SIDE = 16_384

/** Most scans: progressive writers make ten, and each is a pass over all pixels. */
const MAX_SCANS = 64

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
/** Frame headers: C0 to CF but for those of tables and extensions. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** What is wrong with bytes that are to be a JPEG picture, in words that go on "it …"; null when nothing is. */
export function jpegFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== START) return 'does not begin as one'
  let hasFrame = false
  let scans = 0
  for (let at = 2; at + 1 < bytes.length; ) {
    const marker = bytes[at + 1]!
    if (bytes[at] !== 0xff || marker === 0 || marker === START) return 'has something else between its parts'
    if (marker === END) return scans > 0 ? null : 'has no pixels in it'
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || isRestart(marker)) at += 2
    else {
      if (at + 4 > bytes.length) break
      const length = view.getUint16(at + 2)
      if (length < 2) return 'has a part without an end'
      if (at + 2 + length > bytes.length) break
      if (isFrame(marker)) {
        if (hasFrame || length < 8) return 'is more than one picture'
        hasFrame = true
        const fault = sizeFault(view.getUint16(at + 7), view.getUint16(at + 5))
        if (fault) return fault
      }
      if (marker === SCAN && (!hasFrame || ++scans > MAX_SCANS)) return 'has more passes than a picture needs'
      at += 2 + length
      if (marker === SCAN) at = endOfScan(bytes, at)
    }
  }
  return 'breaks off'
}

function sizeFault(width: number, height: number): string | null {
  if (width < 1 || height < 1) return 'has no size'
  const isLarge = Math.max(width, height) > MAX_PICTURE_SIDE || width * height > MAX_PICTURE_PIXELS
  return isLarge ? `says that it has ${width}×${height} pixels` : null
}

/** Where the next marker is: FF before 00 is a byte of the picture, FF D0 to D7 divide it. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1]!
    if (next !== 0 && !isRestart(next)) return at
    at = bytes.indexOf(0xff, at + 1)
  }
  return bytes.length
}
