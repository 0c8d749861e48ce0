import { crc32, deflateSync } from 'node:zlib'
import { MAX_PICTURE_BYTES } from '@sightline/recognition/pictures/file'
import { decodePicture } from '@sightline/recognition/pictures/open'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { costOf } from '../../support/cost.ts'

// Bytes that are no picture, or too much of one, whatever they are called. Each is small and made here; before there were
// bounds, some took minutes of CPU time or gigabytes. What may be read costs no more than this:

const MOST_CPU_MS = 6000
const MOST_BYTES = 700e6

/** Noise, of which each pixel is made again: a small text that costs a processor a minute. */
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="5000" height="5000"><filter id="f"><feTurbulence baseFrequency="0.9" numOctaves="9"/></filter><rect width="5000" height="5000" filter="url(#f)"/></svg>'

/** The same, with the letters PNG from its second byte on. */
const namespaced = SVG.replaceAll(/<(?=[a-z])/g, '<PNG:')
  .replaceAll('</', '</PNG:')
  .replace('xmlns=', 'xmlns:PNG=')
  .replace('>', '><!--<svg-->')

const chunk = (type: string, data: Uint8Array) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const JPEG = Buffer.from([0xff, 0xd8, 0xff])
const END = chunk('IEND', Buffer.alloc(0))
/** Zeros are small enough by it, in a third of the time. */
const FAST = { level: 1 }

/** @param bytesPerPixel 3: eight bits of red, green and blue; 8: sixteen of these and of transparency */
const header = (width: number, height: number, bytesPerPixel: 3 | 8 = 3, interlaced = false) => {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([bytesPerPixel === 3 ? 8 : 16, bytesPerPixel === 3 ? 2 : 6, 0, 0, interlaced ? 1 : 0], 8)
  return chunk('IHDR', data)
}
/** A whole PNG of one color. */
const png = (width: number, height: number, more: Buffer[] = []) => {
  const pixels = deflateSync(Buffer.alloc(height * (1 + 3 * width)), FAST)
  return Buffer.concat([PNG, header(width, height), ...more, chunk('IDAT', pixels), END])
}
/** One whose pixels come in seven passes (Adam7), all of them in memory until the last is there. */
const interlaced = (side: number) => {
  const passes: [number, number][] = [
    [8, 8],
    [8, 8],
    [4, 8],
    [4, 4],
    [2, 4],
    [2, 2],
    [1, 2],
  ]
  const bytes = passes.reduce((sum, [x, y]) => sum + (side / y) * (1 + 8 * (side / x)), 0)
  return Buffer.concat([
    PNG,
    header(side, side, 8, true),
    chunk('IDAT', deflateSync(Buffer.alloc(bytes), FAST)),
    END,
  ])
}

const jpeg = (side: number, orientation: number) =>
  sharp({
    create: { width: side, height: side, channels: 3, background: '#123' },
    ...{ limitInputPixels: false as const },
  })
    .withMetadata({ orientation })
    .jpeg({ progressive: true, quality: 1, chromaSubsampling: '4:4:4' })
    .toBuffer()

/** A progressive JPEG whose last pass over all pixels comes thousands of times. */
async function manyScans(): Promise<Buffer> {
  const whole = await jpeg(4000, 1)
  const end = whole.lastIndexOf(Buffer.from([0xff, 0xd9]))
  const last = whole.subarray(whole.lastIndexOf(Buffer.from([0xff, 0xda])), end)
  return Buffer.concat([whole.subarray(0, end), ...Array<Buffer>(2000).fill(last), whole.subarray(end)])
}

/** Chunks of a PNG that hold little and unpack to much. */
function bombs(type: 'zTXt' | 'iCCP' | 'iTXt', count: number): Buffer[] {
  const packed = deflateSync(Buffer.alloc(200e6), FAST)
  const name = { zTXt: 'Comment\0\0', iCCP: 'profile\0\0', iTXt: 'Comment\0\u0001\0\0\0' }[type]
  return Array<Buffer>(count).fill(chunk(type, Buffer.concat([Buffer.from(name, 'latin1'), packed])))
}

async function animation(frames: number): Promise<Buffer> {
  const side = 100
  const data = Buffer.alloc(side * side * frames * 3)
  for (let n = 0; n < data.length; n += 7) data[n] = n % 251
  const raw = { width: side, height: side * frames, channels: 3, pageHeight: side } as const
  return sharp(data, { raw }).webp({ effort: 0, quality: 1 }).toBuffer()
}

const riff = (payload: string) => {
  const head = Buffer.from('RIFF\0\0\0\0WEBP')
  head.writeUInt32LE(payload.length + 4, 4)
  return Buffer.concat([head, Buffer.from(payload)])
}
/** Another box of HEIF, with the letters of a picture in the right place. */
const heif = Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heicPNG', 'latin1')
const block = { width: 9, height: 9, channels: 3, background: '#000' } as const

const hostile: [string, 'CORRUPT' | 'TOO_LARGE', () => Promise<Buffer> | Buffer][] = [
  ['an SVG', 'CORRUPT', () => Buffer.from(SVG)],
  ['an SVG with the letters of a PNG where a PNG has them', 'CORRUPT', () => Buffer.from(`<PNG/>${SVG}`)],
  ['an SVG that begins with an instruction PNG', 'CORRUPT', () => Buffer.from(`<?PNG?>${SVG}`)],
  ['an SVG in a namespace that is called PNG', 'CORRUPT', () => Buffer.from(namespaced)],
  ['an SVG behind the signature of a PNG', 'CORRUPT', () => Buffer.concat([PNG, Buffer.from(SVG)])],
  ['an SVG behind that of a JPEG', 'CORRUPT', () => Buffer.concat([JPEG, Buffer.from(SVG)])],
  ['an SVG in a RIFF', 'CORRUPT', () => riff(SVG)],
  ['an SVG whose first comment begins RIFF', 'CORRUPT', () => Buffer.from(`RIFF<!--WEBP-->${SVG}`)],
  ['a GIF', 'CORRUPT', () => sharp({ create: block }).gif().toBuffer()],
  ['a TIFF', 'CORRUPT', () => sharp({ create: block }).tiff().toBuffer()],
  ['a HEIF', 'CORRUPT', () => heif],
  ['a portable pixmap', 'CORRUPT', () => Buffer.from('P6 9999 9999 255\n')],
  ['a PDF', 'CORRUPT', () => Buffer.from('%PDF-1.7\n')],
  ['nothing', 'CORRUPT', () => Buffer.alloc(0)],
  ['a signature alone', 'CORRUPT', () => PNG],
  ['a picture without pixels', 'CORRUPT', () => Buffer.concat([PNG, header(0, 0), END])],
  ['a PNG of 60,000 × 100 pixels', 'TOO_LARGE', () => png(60_000, 100)],
  ['a PNG of 100 × 60,000 pixels', 'TOO_LARGE', () => png(100, 60_000)],
  ['a PNG of 7000 × 7000 pixels', 'TOO_LARGE', () => png(7000, 7000)],
  ['a progressive JPEG of 9900 × 9900 pixels, lying on its side', 'TOO_LARGE', () => jpeg(9900, 6)],
  ['an interlaced PNG of 9600 × 9600 pixels in sixteen bits', 'TOO_LARGE', () => interlaced(9600)],
  ['an animation of 300 pictures', 'CORRUPT', () => animation(300)],
  ['a progressive JPEG of two thousand passes', 'CORRUPT', manyScans],
  [
    'more bytes than a picture may have',
    'TOO_LARGE',
    async () => {
      const small = await sharp({ create: block }).jpeg().toBuffer()
      return Buffer.concat([small, Buffer.alloc(MAX_PICTURE_BYTES)])
    },
  ],
]

test.each(hostile)(
  '%s is refused at almost no cost',
  async (_what, code, make) => {
    const bytes = await make()
    const {
      result,
      cpuMs,
      bytes: memory,
    } = await costOf(() =>
      decodePicture(bytes, 'a.jpg').then(
        () => 'read',
        (error: { code: string }) => error.code,
      ),
    )
    expect(result).toBe(`PICTURE_${code}`)
    expect(cpuMs).toBeLessThan(1000)
    expect(memory).toBeLessThan(150e6)
  },
  120_000,
)

const large: [string, () => Promise<Buffer> | Buffer][] = [
  ['a progressive JPEG of 5900 × 5900 pixels, lying on its side', () => jpeg(5900, 6)],
  ['an interlaced PNG of 5888 × 5888 pixels in sixteen bits', () => interlaced(5888)],
  ['a PNG with text that unpacks to 200 MB, twenty times', () => png(64, 64, bombs('zTXt', 20))],
  [
    'a PNG with international text that unpacks to 200 MB, twenty times',
    () => png(64, 64, bombs('iTXt', 20)),
  ],
  ['a PNG with a color profile that unpacks to 200 MB', () => png(64, 64, bombs('iCCP', 1))],
]

test.each(large)(
  '%s costs a bounded time and memory',
  async (_what, make) => {
    const bytes = await make()
    const { cpuMs, bytes: memory } = await costOf(() => decodePicture(bytes, 'a.jpg').catch(() => null))
    expect(cpuMs).toBeLessThan(MOST_CPU_MS)
    expect(memory).toBeLessThan(MOST_BYTES)
  },
  120_000,
)
