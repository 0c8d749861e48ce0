import { endingOf } from '@sightline/edge-agent/sources/whole'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'

/** Where picture files end, by their own structure: no part of any kind counts as the whole. */

const kinds: Record<string, Buffer> = {}
beforeAll(async () => {
  const noise = sharp({
    create: {
      width: 160,
      height: 120,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
  const flat = sharp({ create: { width: 300, height: 200, channels: 3, background: '#000' } })
  const thumbnail = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const jpeg = await noise.clone().jpeg().toBuffer()
  Object.assign(kinds, {
    jpeg,
    'progressive jpeg': await noise.clone().jpeg({ progressive: true }).toBuffer(),
    'flat jpeg with tables of its own': await flat.clone().jpeg({ optimizeCoding: true }).toBuffer(),
    'gray jpeg': await noise.clone().grayscale().jpeg().toBuffer(),
    'jpeg with a thumbnail and a comment that look like its end': Buffer.concat([
      jpeg.subarray(0, 2),
      segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), thumbnail])),
      segment(0xfe, Buffer.from([0xff, 0xd9, 0xff, 0xd9])),
      jpeg.subarray(2),
    ]),
    'jpeg with filling before its markers': Buffer.concat([
      jpeg.subarray(0, 2),
      Buffer.from([0xff, 0xff]),
      jpeg.subarray(2),
    ]),
    png: await noise.clone().png().toBuffer(),
    'flat png': await flat.clone().png().toBuffer(),
    webp: await noise.clone().webp().toBuffer(),
    'webp without loss': await flat.clone().webp({ lossless: true }).toBuffer(),
  })
})

function segment(marker: number, content: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(content.length + 2)
  return Buffer.concat([Buffer.from([0xff, marker]), length, content])
}

test('a complete picture is complete, also with something after it', () => {
  for (const [kind, bytes] of Object.entries(kinds)) {
    expect(endingOf(bytes), kind).toBe('whole')
    expect(endingOf(Buffer.concat([bytes, Buffer.from('trailer')])), kind).toBe('whole')
  }
})

test('no part of a picture is complete, wherever it is cut', () => {
  for (const [kind, bytes] of Object.entries(kinds)) {
    for (let length = 0; length < bytes.length; length++) {
      if (endingOf(bytes.subarray(0, length)) !== 'cut') throw new Error(`${kind} cut at ${length}`)
    }
  }
})

test('a picture whose space was reserved is not complete before its last piece is there', () => {
  for (const [kind, bytes] of Object.entries(kinds)) {
    for (const share of [0, 0.1, 0.5, 0.9, 0.999]) {
      const reserved = Buffer.alloc(bytes.length)
      bytes.copy(reserved, 0, 0, Math.floor(bytes.length * share))
      // WebP has no mark at its end: only its size.
      if (kind.startsWith('webp') && share > 0) continue
      expect(endingOf(reserved), `${kind} ${share}`).toBe('cut')
    }
  }
})

test('a file that is no image is not waited for; no bytes make it fail', () => {
  for (const text of ['this is no picture', '<svg/>', 'GIF89a', '%PDF-1.7', 'RIFF....WAVEfmt ']) {
    expect(endingOf(Buffer.from(text))).toBe('other')
  }
  fc.assert(
    fc.property(
      fc.constantFrom([], [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      fc.uint8Array({ maxLength: 300 }),
      (start, rest) => {
        expect(['whole', 'cut', 'other']).toContain(endingOf(Buffer.from([...start, ...rest])))
      },
    ),
    { numRuns: 3000 },
  )
})
