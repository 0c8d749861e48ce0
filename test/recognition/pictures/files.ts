import { deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** A small JPEG with something on it. */
export const smallJpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 320, height: 200, channels: 3, background: '#456' } })
    .composite([
      {
        input: Buffer.from('<svg width="200" height="100"><rect width="120" height="80" fill="#fff"/></svg>'),
      },
    ])
    .jpeg()
    .toBuffer()

/** A valid black PNG with one bit a pixel: 20,000 × 20,000 fit in 50 kB. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), body])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(body.length, 0)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}

/** As PNG wants it (ISO 3309); node:zlib has it from Node 22 on. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
