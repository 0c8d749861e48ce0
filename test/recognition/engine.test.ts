import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataSetsFolder, openLabeled, pictureSets, renderedSet } from '@sightline/bench/pictures'
import { isRight } from '@sightline/bench/scoring'
import { createEngine, ENGINE_NAMES, type Engine } from '@sightline/recognition/engine'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { letteringSvg } from '@sightline/vendor-sim/render/lettering'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

describe('createEngine', () => {
  it('lists the engines that exist when asked for another', async () => {
    await expect(createEngine('toString')).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Available engines: sightline, ppocr, tesseract.',
    })
  })

  it.each(ENGINE_NAMES)('says that the models of %s are missing', async (name) => {
    await expect(createEngine(name, { models: '/nonexistent' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('/nonexistent'),
    })
  })
})

describe('ppocr', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine('ppocr', { threads: 2 })
  })
  afterAll(() => engine.close())

  it('reads the plates of rendered frames', { timeout: 120_000 }, async () => {
    const set = await renderedSet(6)
    let right = 0
    for (const rendered of set.pictures) {
      const picture = await openLabeled(rendered)
      const [best] = await engine.find(picture)
      if (best?.text !== rendered.labels![0]!.text) continue
      right++
      expect(best.chars.map((c) => c.char).join('')).toBe(best.text)
      const [x, y, w, h] = best.box
      expect(x >= 0 && y >= 0 && x + w <= picture.width + 0.01 && y + h <= picture.height + 0.01).toBe(true)
    }
    expect(right).toBeGreaterThanOrEqual(5)
  })

  it('finds nothing in an empty picture of any shape', async () => {
    for (const [width, height] of [
      [640, 360],
      [1, 1],
      [3000, 5],
    ] as const) {
      const file = await sharp({ create: { width, height, channels: 3, background: '#777' } })
        .png()
        .toBuffer()
      expect(await engine.find(await decodePicture(file, 'gray.png'))).toEqual([])
    }
  })

  const scenes = join(dataSetsFolder(), 'scenes-br')
  const missing = !existsSync(scenes)
  it.skipIf(missing)(
    `reads photographs of real cars${missing ? ` (skipped: ${scenes} is not here)` : ''}`,
    { timeout: 180_000 },
    async () => {
      const [set] = await pictureSets([scenes], 10)
      let right = 0
      for (const picture of set!.pictures) {
        const [best] = await engine.find(await openLabeled(picture))
        if (isRight(picture.labels![0]!, best)) right++
      }
      expect(right).toBeGreaterThanOrEqual(7)
    },
  )
})

describe('tesseract', () => {
  it('reads a large clear plate, offline, and leaves no files behind', { timeout: 120_000 }, async () => {
    const engine = await createEngine('tesseract')
    const lettering = letteringSvg('7ABC123', {
      x: 450,
      y: 200,
      height: 100,
      fill: '#111',
      maxWidth: 600,
      tracking: 0.1,
    })
    const svg = `<svg width="900" height="300"><rect width="900" height="300" fill="#fff"/>${lettering}</svg>`
    const picture = await decodePicture(await sharp(Buffer.from(svg)).png().toBuffer(), 'plate.png')
    const [best] = await engine.find(picture)
    await engine.close()
    expect(best?.text).toBe('7ABC123')
    expect(existsSync('eng.traineddata')).toBe(false)
  })
})
