import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { open, renderedSet } from '../../../../bench/pictures.ts'
import { isRight } from '../../../../bench/scoring.ts'
import { decodePicture } from '../../../../edge-agent/pictures/open.ts'
import { createEngine, type Engine } from '../../../../edge-agent/recognition/engine.ts'
import { root } from '../../../../runtime/root.ts'

const models = join(root, 'models')
const missing = !existsSync(join(models, 'recogniser.onnx'))

describe.skipIf(missing)(`sightline${missing ? ` (skipped: ${models} has no models)` : ''}`, () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine('sightline')
  })
  afterAll(() => engine.close())

  it('reads the plates of rendered frames, and says where they are', async () => {
    const { pictures } = await renderedSet(8)
    let right = 0
    for (const rendered of pictures) {
      const picture = await open(rendered)
      const [best] = await engine.find(picture)
      if (!isRight(rendered.labels![0]!, best)) continue
      right++
      expect(best!.chars.map((c) => c.char).join('')).toBe(best!.text)
      const [x, y, w, h] = best!.box
      expect(x >= 0 && y >= 0 && x + w <= picture.width + 0.1 && y + h <= picture.height + 0.1).toBe(true)
    }
    expect(right).toBeGreaterThanOrEqual(6)
  })

  it('reads a picture that is itself a plate, cut out tightly', async () => {
    const [rendered] = (await renderedSet(1)).pictures
    const picture = await open(rendered!)
    const [found] = await engine.find(picture)
    const [left, top, width, height] = found!.box.map(Math.round) as [number, number, number, number]
    const bytes = await sharp(await rendered!.bytes())
      .extract({ left, top, width, height })
      .jpeg()
      .toBuffer()
    const [best] = await engine.find(await decodePicture(bytes, 'cut.jpg'))
    expect(isRight(rendered!.labels![0]!, best)).toBe(true)
  })

  it('finds nothing in an empty picture, of whatever shape', async () => {
    for (const [width, height] of [
      [640, 360],
      [300, 100],
      [1, 1],
      [3000, 5],
    ] as const) {
      const file = await sharp({ create: { width, height, channels: 3, background: '#777' } })
        .png()
        .toBuffer()
      expect(await engine.find(await decodePicture(file, 'grey.png'))).toEqual([])
    }
  })

  it('says which description of its models is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-models-'))
    await cp(models, folder, { recursive: true })
    await writeFile(join(folder, 'locator.json'), '{"version": 1}')
    await expect(createEngine('sightline', { models: folder })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('locator.json'),
    })
    await rm(folder, { recursive: true })
  })
})
