import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLabeled, renderedSet } from '@sightline/bench/pictures'
import { isRight } from '@sightline/bench/scoring'
import { createEngine, type Engine } from '@sightline/recognition/engine'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { root } from '@sightline/runtime/root'
import { PLATE_HEIGHT, PLATE_WIDTH, plateSvg } from '@sightline/vendor-sim/render/plate-art'
import { issuePlate } from '@sightline/vendor-sim/world/plates'
import { random } from '@sightline/vendor-sim/world/random'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const models = join(root, 'models')
const missing = !existsSync(join(models, 'recognizer.onnx'))

/** A copy of the models, with other figures in the recognizer's description. */
async function modelsWith(changes: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-models-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(models, folder, { recursive: true })
  const file = join(folder, 'recognizer.json')
  const model = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...model, ...changes }))
  return folder
}

/** A frame that is nothing but a plate before paint, and where in it the plate begins, pixels. */
async function nearPlate(seed: number, share = 0.3, size = { width: 1280, height: 720 }) {
  const { width, height } = size
  const issued = issuePlate(random(seed, 'plate'))
  const art = `<svg xmlns="http://www.w3.org/2000/svg" width="${PLATE_WIDTH}" height="${PLATE_HEIGHT}">${plateSvg(issued, random(seed, 'art'))}</svg>`
  const { data, info } = await sharp(Buffer.from(art))
    .resize(Math.round(width * share), Math.round(height * share * 1.6), { fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true })
  const bytes = await sharp({ create: { width, height, channels: 3, background: '#5a5a6e' } })
    .composite([{ input: data, gravity: 'center' }])
    .jpeg()
    .toBuffer()
  return { bytes, plate: issued.plate, left: Math.round((width - info.width) / 2), width: info.width }
}

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
      const picture = await openLabeled(rendered)
      const [best] = await engine.find(picture)
      if (!isRight(rendered.labels![0]!, best)) continue
      right++
      expect(best!.chars.map((c) => c.char).join('')).toBe(best!.text)
      const [x, y, w, h] = best!.box
      expect(x >= 0 && y >= 0 && x + w <= picture.width + 0.1 && y + h <= picture.height + 0.1).toBe(true)
    }
    expect(right).toBeGreaterThanOrEqual(6)
  })

  it.each([0.5, 0.6])('is not sure of a plate behind a post, of which %f is visible', async (share) => {
    for (let seed = 0; seed < 6; seed++) {
      const { bytes, left, width } = await nearPlate(seed)
      const post = { width: 120, height: 720, channels: 3 as const, background: '#2e2b28' }
      const hidden = await sharp(bytes)
        .composite([{ input: { create: post }, left: left + Math.round(share * width), top: 0 }])
        .jpeg()
        .toBuffer()
      const [whole] = await engine.find(await decodePicture(bytes, 'whole.jpg'))
      expect(whole!.cut).toBeUndefined()
      const found = await engine.find(await decodePicture(hidden, 'post.jpg'))
      for (const { text, cut, confidence } of found) {
        expect(confidence, `${whole!.text} reads as ${text}`).toBeLessThanOrEqual(0.5)
        if (text.length >= 3) expect(cut).toBe(true)
      }
    }
  })

  it.each([0.1, 0.6, 0.8, 0.95])('reads a plate that takes up %f of the picture’s width', async (share) => {
    for (const [width, height] of [
      [640, 480],
      [1280, 720],
      [1920, 1080],
    ] as const) {
      for (let seed = 0; seed < 2; seed++) {
        const { bytes, plate } = await nearPlate(seed, share, { width, height })
        const found = await engine.find(await decodePicture(bytes, 'near.jpg'))
        expect(
          found.map(({ text }) => text),
          `${width} × ${height}`,
        ).toEqual([plate])
      }
    }
  })

  it('reads a plate between lamps and bumper that takes up four fifths of the picture’s width', async () => {
    const { pictures } = await renderedSet(80)
    for (const index of [16, 71]) {
      const frame = await pictures[index]!.bytes()
      const [far] = await engine.find(await decodePicture(frame, 'far.jpg'))
      const [x, y, w, h] = far!.box
      const [width, height] = [w / 0.8, (0.75 * w) / 0.8]
      const near = await sharp(frame)
        .extract({
          left: Math.round(x - (width - w) / 2),
          top: Math.round(y - (height - h) / 2),
          width: Math.round(width),
          height: Math.round(height),
        })
        .resize(853, 640, { fit: 'fill' })
        .jpeg()
        .toBuffer()
      const [found] = await engine.find(await decodePicture(near, 'near.jpg'))
      expect(found?.text).toBe(far!.text)
    }
  })

  it('reads a picture that is a plate, cut out tightly', async () => {
    const [rendered] = (await renderedSet(1)).pictures
    const picture = await openLabeled(rendered!)
    const [found] = await engine.find(picture)
    const [left, top, width, height] = found!.box.map(Math.round) as [number, number, number, number]
    const bytes = await sharp(await rendered!.bytes())
      .extract({ left, top, width, height })
      .jpeg()
      .toBuffer()
    const [best] = await engine.find(await decodePicture(bytes, 'cut.jpg'))
    expect(isRight(rendered!.labels![0]!, best)).toBe(true)
  })

  it('finds nothing in an empty picture of any shape', async () => {
    for (const [width, height] of [
      [640, 360],
      [300, 100],
      [1, 1],
      [3000, 5],
    ] as const) {
      const file = await sharp({ create: { width, height, channels: 3, background: '#777' } })
        .png()
        .toBuffer()
      expect(await engine.find(await decodePicture(file, 'gray.png'))).toEqual([])
    }
  })

  it('looks again at plates that it is not sure of, if its models say how', async () => {
    const { a, b, c } = JSON.parse(await readFile(join(models, 'recognizer.json'), 'utf8')).calibration
    const looks = [
      [0.05, -0.02],
      [-0.02, 0.07],
    ]
    // Sure of everything: so it shows which readings were judged by it.
    const certain = { looks, a: a + 30, b, c }
    const read = async (second_look?: object) => {
      const engine = await createEngine('sightline', { models: await modelsWith({ second_look }) })
      const [rendered] = (await renderedSet(1)).pictures
      const [best] = await engine.find(await openLabeled(rendered!))
      await engine.close()
      return best!
    }
    const once = await read()
    expect(await read({ ...certain, below: 0 })).toEqual(once)
    expect(await read({ ...certain, below: 1.1 })).toMatchObject({ text: once.text, confidence: 1 })
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
