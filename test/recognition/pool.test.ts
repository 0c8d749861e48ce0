import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openLabeled, renderedSet } from '@sightline/bench/pictures'
import { createEngine, type Engine } from '@sightline/recognition/engine'
import type { Picture } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { createPool } from '@sightline/recognition/pool/pool'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const models = join(root, 'models')
const missing = !existsSync(join(models, 'recognizer.onnx'))
/** Worker threads run the compiled program. */
const program = pathToFileURL(join(root, 'recognition/dist/pool/worker.js'))
const pool = (workers: number, options = {}) => createPool({ name: 'sightline', options }, workers, program)

describe.skipIf(missing)(`a pool of engines${missing ? ` (skipped: ${models} has no models)` : ''}`, () => {
  let pictures: Picture[]
  beforeAll(async () => {
    pictures = await Promise.all((await renderedSet(6)).pictures.map(openLabeled))
  })

  describe('of two', () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await pool(2)
    })
    afterAll(() => engine.close())

    it('answers like an engine in this thread, each caller about their own picture', async () => {
      const single = await createEngine('sightline')
      const expected = await Promise.all(pictures.map((picture) => single.find(picture)))
      await single.close()
      expect([engine.name, engine.version]).toEqual([single.name, single.version])
      expect(await Promise.all(pictures.map((picture) => engine.find(picture)))).toEqual(expected)
      expect(expected.flat().length).toBeGreaterThan(3)
    })

    it('allocates no new memory for each picture, and mixes up none of them', async () => {
      const expected = await Promise.all(pictures.map((picture) => engine.find(picture)))
      const made: number[] = []
      const original = globalThis.SharedArrayBuffer
      globalThis.SharedArrayBuffer = new Proxy(original, {
        construct(target, [length]: [number]) {
          made.push(length)
          return new target(length)
        },
      })
      try {
        for (const round of [0, 1, 2]) {
          for (const [n, picture] of pictures.entries()) {
            expect(await engine.find(picture), `round ${round}, picture ${n}`).toEqual(expected[n])
          }
        }
      } finally {
        globalThis.SharedArrayBuffer = original
      }
      expect(made.length).toBeLessThanOrEqual(new Set(pictures.map(({ stored }) => stored.data.length)).size)
    })

    it('begins the pictures in the order of the calls, whichever worker is busy', async () => {
      const finished: string[] = []
      const read = (camera: string) => engine.find(pictures[0]!).then(() => finished.push(camera))
      await Promise.all(['busy', 'busy', 'busy', 'busy', 'quiet', 'busy', 'busy', 'busy', 'busy'].map(read))
      expect(finished.indexOf('quiet')).toBeLessThanOrEqual(5)
    })

    it('leaves a picture in shared memory in place and usable', async () => {
      const { width, height } = pictures[1]!
      const { data } = await pictures[1]!.pixels({ width, height, channels: 3 })
      const shared = new Uint8Array(new SharedArrayBuffer(data.length))
      shared.set(data)
      const picture = pictureOf({ width, height, channels: 3, data: shared })
      expect(await engine.find(picture)).toEqual(await engine.find(pictures[1]!))
      expect(shared).toHaveLength(data.length)
    })
  })

  it('answers with an error for the picture of a worker that dies, and continues with another', async () => {
    const mortal = new URL('fixtures/mortal-worker.mjs', import.meta.url)
    const engine = await createPool({ name: 'sightline', options: {} }, 1, mortal)
    const deadly = pictureOf({ width: 13, height: 1, channels: 3, data: new Uint8Array(39) })
    const answers = await Promise.allSettled([deadly, pictures[2]!].map((picture) => engine.find(picture)))
    expect(answers[0]).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_UNAVAILABLE' } })
    expect(answers[1]).toMatchObject({ status: 'fulfilled' })
    expect(await engine.find(pictures[2]!)).not.toEqual([])
    await engine.close()
  })

  it('says why its engine cannot be loaded', async () => {
    await expect(pool(2, { models: '/nonexistent' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('/nonexistent'),
      hint: expect.stringContaining('another engine'),
    })
  })

  it('answers with an error what is under way when it is closed', async () => {
    const engine = await pool(1)
    const waiting = Promise.allSettled(pictures.map((picture) => engine.find(picture)))
    await engine.close()
    const last = (await waiting).at(-1)!
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_UNAVAILABLE' } })
  })
})
