import type { PlateFinding } from '@sightline/recognition/engine'
import { drawPlates } from '@sightline/recognition/pictures/draw'
import { decodePicture } from '@sightline/recognition/pictures/open'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

const white = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()

/** A finding whose corners are those of a box. */
const found = (x: number, y: number, w: number, h: number, text = '7ABC123'): PlateFinding => ({
  text,
  confidence: 0.97,
  chars: [],
  region: 'us-ca',
  regionConfidence: 0.9,
  box: [x, y, w, h],
  quad: [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ],
})

async function drawn(width: number, height: number, plates: PlateFinding[]) {
  const picture = await decodePicture(await white(width, height), 'white.png')
  const { data, info } = await sharp(await drawPlates(picture, plates))
    .raw()
    .toBuffer({ resolveWithObject: true })
  /** Whether something was drawn within a box. */
  const isMarked = (left: number, top: number, right: number, bottom: number) => {
    for (let y = Math.max(0, top); y < Math.min(bottom, height); y++)
      for (let x = Math.max(0, left); x < Math.min(right, width); x++)
        if (data[(y * width + x) * info.channels]! < 128) return true
    return false
  }
  return { info, isMarked }
}

describe('a picture with its plates drawn', () => {
  it.each([
    [352, 240],
    [1281, 721],
    [3840, 2160],
  ])('of %i × %i has lines at the corners, and nothing inside the plate', async (width, height) => {
    const [x, y, w, h] = [width * 0.4, height * 0.5, width * 0.2, height * 0.1].map(Math.round) as [
      number,
      number,
      number,
      number,
    ]
    const { info, isMarked } = await drawn(width, height, [found(x, y, w, h)])
    expect([info.format, info.width, info.height]).toEqual(['raw', width, height])
    for (const [cornerX, cornerY] of found(x, y, w, h).quad)
      expect(isMarked(cornerX - 2, cornerY - 2, cornerX + 3, cornerY + 3)).toBe(true)
    const inside = Math.ceil(Math.max(width, height) / 200) + 2
    expect(isMarked(x + inside, y + inside, x + w - inside, y + h - inside)).toBe(false)
    expect(isMarked(0, 0, width, Math.round(height * 0.2))).toBe(false)
  })

  it('is unchanged when nothing was found', async () => {
    const { isMarked } = await drawn(320, 200, [])
    expect(isMarked(0, 0, 320, 200)).toBe(false)
  })

  it('can be drawn with corners outside of the picture, and with texts of any characters', async () => {
    const { isMarked } = await drawn(320, 200, [
      found(-30, -20, 90, 60, '<&"\'>Ä京'),
      found(300, 190, 90, 60),
    ])
    expect(isMarked(0, 0, 80, 60)).toBe(true)
    expect(isMarked(290, 180, 320, 200)).toBe(true)
  })
})
