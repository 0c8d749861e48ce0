import { jpegFault, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE } from '@sightline/schemas/jpeg'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { aJpeg, sizedJpeg } from '../support/jpeg.ts'

// What is shown to a person has been walked through first: what a stranger sends is no picture until then.

const drawn = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#3a7',
      noise: { type: 'gaussian', mean: 90, sigma: 60 },
    },
  })

describe('a JPEG image', () => {
  it('from any program, of any size and kind is accepted', async () => {
    for (const [width, height] of [
      [1, 1],
      [16, 8],
      [333, 77],
      [640, 360],
    ] as const) {
      for (const options of [{}, { progressive: true }, { mozjpeg: true }, { chromaSubsampling: '4:4:4' }]) {
        expect(jpegFault(await drawn(width, height).jpeg(options).toBuffer())).toBeNull()
      }
      expect(jpegFault(await drawn(width, height).grayscale().jpeg().toBuffer())).toBeNull()
      expect(jpegFault(await drawn(width, height).withMetadata().jpeg().toBuffer())).toBeNull()
    }
    expect(jpegFault(aJpeg('a comment'))).toBeNull()
    // Cameras fill up to a block.
    expect(jpegFault(Buffer.concat([aJpeg(), Buffer.alloc(100)]))).toBeNull()
  })

  it('is refused when it is cut off anywhere', async () => {
    for (const whole of [aJpeg('x'), await drawn(64, 64).jpeg({ progressive: true }).toBuffer()]) {
      for (let length = 0; length < whole.length; length++) {
        expect([length, jpegFault(whole.subarray(0, length))]).not.toEqual([length, null])
      }
    }
  })

  it('is refused when it is larger than people can look at, however few its bytes', () => {
    const largest = Math.floor(MAX_PICTURE_PIXELS / MAX_PICTURE_SIDE)
    expect(jpegFault(sizedJpeg(MAX_PICTURE_SIDE, largest))).toBeNull()
    for (const [width, height] of [
      ...[
        [65_535, 65_535],
        [MAX_PICTURE_SIDE + 1, 1],
        [1, MAX_PICTURE_SIDE + 1],
        [MAX_PICTURE_SIDE, largest + 1],
      ],
      ...[
        [0, 8],
        [8, 0],
        [0, 0],
      ],
    ] as [number, number][]) {
      expect([width, height, jpegFault(sizedJpeg(width, height))]).not.toEqual([width, height, null])
    }
  })

  it('is refused when it has more passes than an image needs', () => {
    const bytes = aJpeg()
    const scan = bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xda])), -2)
    const many = (count: number) =>
      Buffer.concat([bytes.subarray(0, -2), ...Array(count).fill(scan), bytes.subarray(-2)])
    expect(jpegFault(many(9))).toBeNull()
    expect(jpegFault(many(5000))).toMatch(/scans/)
    const frame = bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xc0])))
    expect(jpegFault(Buffer.concat([bytes.subarray(0, -2), frame]))).toMatch(/more than one/)
  })

  it('is told from other formats, texts and pages, whatever they begin with', async () => {
    const page = Buffer.from('<html><script>alert(1)</script>')
    const others = [
      ...[Buffer.alloc(0), Buffer.from([0xff, 0xd8, 0xff]), Buffer.from([0xff, 0xd8, 0xff, 0xd9]), page],
      ...[Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), Buffer.from('GIF89a'), Buffer.from('BM')],
      ...[
        await drawn(8, 8).png().toBuffer(),
        await drawn(8, 8).webp().toBuffer(),
        await drawn(8, 8).avif().toBuffer(),
      ],
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), page]),
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]), page, Buffer.from([0xff, 0xd9])]),
    ]
    for (const bytes of others) expect(jpegFault(bytes)).not.toBeNull()
  })

  it('is checked without failing or hanging, whatever the bytes', () => {
    const base = aJpeg('abc')
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((rest) => Buffer.concat([Buffer.from([0xff, 0xd8]), rest])),
      fc
        .array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
        .map((changes) => {
          const changed = Buffer.from(base)
          for (const [at, value] of changes) changed[at] = value
          return changed
        }),
    )
    fc.assert(
      fc.property(bytes, (some) => {
        expect(['string', 'object']).toContain(typeof jpegFault(some))
      }),
      { numRuns: 2000 },
    )
  })
})
