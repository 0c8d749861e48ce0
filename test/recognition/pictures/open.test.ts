import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePicture, openPicture } from '@sightline/recognition/pictures/open'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blackPng, smallJpeg } from './files.ts'

/** Color models and depths that cameras and people write. */
const WRITERS: readonly ((picture: Sharp) => Promise<Buffer>)[] = [
  (picture) => picture.jpeg().toBuffer(),
  (picture) => picture.toColourspace('b-w').jpeg().toBuffer(),
  (picture) => picture.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  (picture) => picture.png().toBuffer(),
  (picture) => picture.png({ palette: true }).toBuffer(),
  (picture) => picture.toColourspace('b-w').png().toBuffer(),
  (picture) => picture.toColourspace('b-w').ensureAlpha().png().toBuffer(),
  (picture) => picture.toColourspace('rgb16').png().toBuffer(),
  (picture) => picture.toColourspace('grey16').png().toBuffer(),
  (picture) => picture.ensureAlpha().webp({ lossless: true }).toBuffer(),
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-pictures-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('openPicture', () => {
  it('opens JPEG, PNG (also gray, also with transparency) and WebP as pixels', async () => {
    const rgba = sharp({ create: { width: 40, height: 30, channels: 4, background: '#f008' } })
    const files = {
      'a.jpg': await smallJpeg(),
      'b.png': await rgba.png().toBuffer(),
      'c.webp': await rgba.webp().toBuffer(),
      'd.png': blackPng(100, 50),
    }
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes)
      const picture = await openPicture(join(folder, name))
      const { width, height } = picture
      const { data } = await picture.pixels({ width, height, channels: 3 })
      expect(data, name).toHaveLength(width * height * 3)
    }
  })

  it('gives three channels for any color model at any size, with the levels of the file', async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
    const level = fc.integer({ min: 0, max: 255 })
    const holds = fc.asyncProperty(
      sizes,
      level,
      fc.constantFrom(...WRITERS),
      async ([width, height], gray, write) => {
        const background = { r: gray, g: gray, b: gray }
        const file = await write(sharp({ create: { width, height, channels: 3, background } }))
        const { stored } = await decodePicture(file, 'any')
        expect(stored).toMatchObject({ width, height, channels: 3 })
        expect(stored.data).toHaveLength(3 * width * height)
        expect(Math.max(...stored.data.map((value) => Math.abs(value - gray)))).toBeLessThanOrEqual(2)
      },
    )
    await fc.assert(holds, { numRuns: 150 })
  })

  it('turns a picture upright as its EXIF orientation says', async () => {
    const lying = await sharp(await smallJpeg())
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { width, height } = await decodePicture(lying, 'lying.jpg')
    expect([width, height]).toEqual([200, 320])
  })

  it('refuses a truncated JPEG', async () => {
    const whole = await smallJpeg()
    for (const share of [0.3, 0.7, 0.95]) {
      const part = whole.subarray(0, Math.floor(whole.length * share))
      await expect(decodePicture(part, 'part.jpg')).rejects.toMatchObject({
        code: 'PICTURE_CORRUPT',
        message: expect.stringContaining('part.jpg'),
      })
    }
  })

  it.each([
    ['text', 'this is not a picture'],
    ['nothing', ''],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ])('refuses %s named .jpg', async (_what, content) => {
    const path = join(folder, 'text.jpg')
    await writeFile(path, content)
    await expect(openPicture(path)).rejects.toMatchObject({ code: 'PICTURE_CORRUPT' })
  })

  it('refuses 20,000 × 20,000 pixels without decoding them', async () => {
    const bytes = blackPng(20_000, 20_000)
    const before = process.memoryUsage().rss
    await expect(decodePicture(bytes, 'huge.png')).rejects.toMatchObject({
      code: 'PICTURE_TOO_LARGE',
      message: expect.stringContaining('20000×20000'),
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })

  it('distinguishes a missing file and a folder from an unreadable file', async () => {
    await expect(openPicture(join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'PICTURE_NOT_FOUND' })
    await expect(openPicture(folder)).rejects.toMatchObject({ code: 'PICTURE_NOT_READABLE' })
  })
})

describe('pictureOf', () => {
  const source = {
    width: 4,
    height: 2,
    channels: 3 as const,
    data: Uint8Array.from([
      0, 0, 0, 60, 60, 60, 120, 120, 120, 180, 180, 180, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
    ]),
  }

  it('gives a part at full scale', async () => {
    const part = await pictureOf(source).pixels({ area: [1, 0, 2, 1], width: 2, height: 1, channels: 3 })
    expect([...part.data]).toEqual([60, 60, 60, 120, 120, 120])
  })

  it('gives gray, and any scale', async () => {
    const gray = await pictureOf(source).pixels({ width: 8, height: 6, channels: 1 })
    expect(gray).toMatchObject({ width: 8, height: 6, channels: 1 })
    expect(gray.data).toHaveLength(48)
  })

  it('gives gray at half the size as the mean of four pixels, and a part as it is', async () => {
    const half = await pictureOf(source).pixels({ width: 2, height: 1, channels: 1 })
    expect([...half.data]).toEqual([Math.round((0 + 60 + 9 + 9) / 4), Math.round((120 + 180 + 9 + 9) / 4)])
    const part = await pictureOf(source).pixels({ area: [2, 0, 2, 2], width: 2, height: 2, channels: 1 })
    expect([...part.data]).toEqual([120, 180, 9, 9])
  })

  it.each([2, 3] as const)(
    'gives gray of any part at 1/%i of its size as the mean of its pixels',
    async (times) => {
      const [width, height] = [18, 12]
      const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 3) * 11) % 256)
      const area = [6, 6, 12, 6] as const
      const size = { width: 12 / times, height: 6 / times }
      const got = await pictureOf({ width, height, channels: 3, data }).pixels({ area, ...size, channels: 1 })
      const expected = Array.from({ length: size.width * size.height }, (_, at) => {
        const [x, y] = [6 + times * (at % size.width), 6 + times * Math.floor(at / size.width)]
        let sum = 0
        for (let k = 0; k < times * times; k++) {
          const p = ((y + Math.floor(k / times)) * width + x + (k % times)) * 3
          sum += (77 * data[p]! + 150 * data[p + 1]! + 29 * data[p + 2]!) / 256
        }
        return Math.round(sum / times ** 2)
      })
      expect([...got.data]).toEqual(expected)
    },
  )

  it('makes color from a gray frame', async () => {
    const frame = pictureOf({ width: 2, height: 1, channels: 1, data: Uint8Array.from([10, 200]) })
    expect([...(await frame.pixels({ width: 2, height: 1, channels: 3 })).data]).toEqual([
      10, 10, 10, 200, 200, 200,
    ])
  })
})
