import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Figure } from '../../bench/benchmark.ts'
import { pictureSets, renderedSet } from '../../bench/pictures.ts'
import { bench, foldLookalikes } from '../../bench/read.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const { label, open } = (await renderedSet(1)).pictures[0]!
  const { width, height, pixels } = await open()
  const { data } = await pixels({ width, height, channels: 3 })
  await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toFile(join(folder, 'a.jpg'))
  const plates = [{ text: label?.text, box: [0, 0, width, height] }]
  await writeFile(join(folder, 'labels.jsonl'), `${JSON.stringify({ image: 'a.jpg', plates })}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

describe('bench read', () => {
  it('measures every engine beside the other one', { timeout: 120_000 }, async () => {
    const figures: Figure[] = []
    const options = { engine: ['ppocr', 'tesseract'], pictures: 0, threads: 1, args: [folder] }
    await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
    const of = (engine: string) => figures.filter((figure) => figure.engine === engine)
    for (const engine of options.engine) {
      expect(of(engine).map((figure) => figure.metric)).toEqual([
        'ms_p50',
        'ms_p95',
        'cpu',
        'exact',
        'exact_folded',
        'located',
      ])
    }
    expect(of('ppocr').find((figure) => figure.metric === 'exact')?.value).toBe(1)
    const [time, other] = [of('ppocr')[0]!, of('tesseract')[0]!]
    expect(time).toMatchObject({ yardstick: 'tesseract', yardstickValue: other.value })
    expect(time.ratio).toBeCloseTo(time.value / other.value)
  })

  it('refuses a folder without pictures', async () => {
    await expect(pictureSets([join(folder, '*.none')], 0)).rejects.toMatchObject({ code: 'NO_PICTURES' })
  })
})

it('foldLookalikes makes O, Q and 0 one, I and 1 one', () => {
  expect(foldLookalikes('OQ0I1AB')).toBe('00011AB')
})
