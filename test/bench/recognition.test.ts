import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from '@sightline/bench/benchmark'
import { renderedSet } from '@sightline/bench/pictures'
import { bench } from '@sightline/bench/recognition'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const lines: string[] = []
  for (const [i, { labels, bytes }] of (await renderedSet(3)).pictures.entries()) {
    await writeFile(join(folder, `${i}.jpg`), await bytes())
    const text = i === 2 ? 'WRONG1' : labels![0]!.text
    const split = i === 1 ? 'train' : 'valid'
    lines.push(
      JSON.stringify({ image: `${i}.jpg`, split, plates: [{ text, box: [0, 0, 9, 9], region: 'de' }] }),
    )
  }
  await writeFile(join(folder, 'labels.jsonl'), lines.join('\n'))
})
afterAll(() => rm(folder, { recursive: true }))

it('bench recognition reports every metric, and draws the failures and the reliability', {
  timeout: 120_000,
}, async () => {
  const figures: Figure[] = []
  const [sheet, reliability] = [join(folder, 'sheets'), join(folder, 'reliability.png')]
  const options = { engine: ['ppocr'], pictures: 0, sheet, reliability, speed: false, args: [folder] }
  await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
  const metrics =
    'exact exact_folded cer top3 cut_of_right located region region_of_right region_wrong_at_90 ece wrong_at_90 ms_p50 ms_p95 cpu_s'
  expect(figures.map(({ metric }) => metric)).toEqual(metrics.split(' '))
  // The picture of the training split is left out; one of the two others has a wrong label.
  expect(figures[0]).toMatchObject({ engine: 'ppocr', pictures: 2, value: 0.5 })
  const [file] = await readdir(sheet)
  expect(file).toMatch(/-ppocr\.png$/)
  expect((await sharp(join(sheet, file!)).metadata()).width).toBeGreaterThan(240)
  expect((await sharp(reliability).metadata()).format).toBe('png')
})
