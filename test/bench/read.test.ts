import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from '@sightline/bench/benchmark'
import { pictureSets, renderedSet } from '@sightline/bench/pictures'
import { bench } from '@sightline/bench/read'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const { labels, bytes } = (await renderedSet(1)).pictures[0]!
  await writeFile(join(folder, 'a.jpg'), await bytes())
  const plates = [{ text: labels![0]!.text, box: [0, 0, 1280, 720] }]
  await writeFile(join(folder, 'labels.jsonl'), `${JSON.stringify({ image: 'a.jpg', plates })}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

describe('bench read', () => {
  it('measures every engine beside the others', { timeout: 120_000 }, async () => {
    const figures: Figure[] = []
    const options = { engine: ['ppocr', 'tesseract'], pictures: 0, threads: 1, args: [folder] }
    await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
    const of = (engine: string) => figures.filter((figure) => figure.engine === engine)
    for (const engine of options.engine) {
      expect(of(engine).map((figure) => figure.metric)).toEqual([
        'ms_p50',
        'ms_p95',
        'cpu_s',
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
