import { expect, it } from 'vitest'
import type { Figure } from '../../bench/benchmark.ts'
import { align } from '../../bench/confusion.ts'
import { resampledTraffic } from '../../bench/match/resampled.ts'
import { misreadTraffic, plates } from '../../bench/match/traffic.ts'
import { bench } from '../../bench/match.ts'
import { priorTable } from '../../matcher/index/confusion.ts'

it('bench match reports every figure, with its yardstick of the same run', { timeout: 240_000 }, async () => {
  const figures: Figure[] = []
  const options = { displays: 1000, seconds: 0.02, rounds: 1, speed: true, sightings: 0, vehicles: 0 }
  await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
  const speed = figures.filter(({ unit }) => unit === 'reads/s of one core')
  expect(speed.map(({ metric }) => metric)).toEqual(['exact', 'exact_packed', 'fuzzy', 'fuzzy'])
  for (const { value, yardstickValue, ratio } of speed) expect(ratio).toBeCloseTo(value / yardstickValue!, 6)
  const memory = figures.find(({ metric }) => metric === 'bytes_per_display')!
  expect(memory.value).toBeGreaterThan(memory.arrays as number)
})

const traffic = misreadTraffic('test', plates('test', 20_000), priorTable())

it('synthetic reads are right as often as they say', () => {
  const doubtful = traffic.filter(({ read }) => read.confidence > 0.3 && read.confidence < 0.8)
  const right = doubtful.filter(({ truth, read }) => truth === read.plate).length / doubtful.length
  const said = doubtful.reduce((sum, { read }) => sum + read.confidence, 0) / doubtful.length
  expect(doubtful.length).toBeGreaterThan(300)
  expect(Math.abs(right - said)).toBeLessThan(0.06)
})

it('resampled reads err as often as the reads that they are taken from, in the same characters', () => {
  const again = resampledTraffic('again', plates('others', 20_000), traffic)
  const errors = (all: typeof traffic) => all.filter(({ truth, read }) => truth !== read.plate)
  expect(errors(again).length / errors(traffic).length).toBeGreaterThan(0.8)
  expect(errors(again).length / errors(traffic).length).toBeLessThan(1.25)
  const mistakes = (all: typeof traffic) =>
    new Set(
      errors(all).flatMap(({ truth, read }) =>
        align(truth, read.plate)
          .filter(([was, char]) => was !== char)
          .map((pair) => pair.join('→')),
      ),
    )
  const known = mistakes(traffic)
  // Of a character lost and another invented near each other the alignment may make something else.
  const strange = [...mistakes(again)].filter((mistake) => !known.has(mistake))
  expect(strange.length).toBeLessThan(known.size * 0.05)
})
