import { expect, it } from 'vitest'
import type { Figure } from '../../bench/benchmark.ts'
import { misreadTraffic, plates } from '../../bench/match/traffic.ts'
import { bench } from '../../bench/match.ts'

it('bench match reports every figure, with its yardstick of the same run', { timeout: 240_000 }, async () => {
  const figures: Figure[] = []
  const options = { displays: 1000, seconds: 0.02, rounds: 1, speed: true, sightings: 2000, frames: 0 }
  await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
  const speed = figures.filter(({ unit }) => unit === 'reads/s of one core')
  expect(speed.map(({ metric }) => metric)).toEqual(['exact', 'exact_packed', 'fuzzy', 'fuzzy'])
  for (const { value, yardstickValue, ratio } of speed) expect(ratio).toBeCloseTo(value / yardstickValue!, 6)
  const memory = figures.find(({ metric }) => metric === 'bytes_per_display')!
  expect(memory.value).toBeGreaterThan(memory.arrays as number)
  const recovered = figures.filter(({ metric }) => metric === 'recovered')
  expect(recovered.find(({ threshold }) => threshold === 0.1)!.value).toBeGreaterThan(0.3)
})

it('synthetic reads are right as often as they say', () => {
  const traffic = misreadTraffic('test', plates('test', 20_000))
  const doubtful = traffic.filter(({ read }) => read.confidence > 0.3 && read.confidence < 0.8)
  const right = doubtful.filter(({ truth, read }) => truth === read.plate).length / doubtful.length
  const said = doubtful.reduce((sum, { read }) => sum + read.confidence, 0) / doubtful.length
  expect(doubtful.length).toBeGreaterThan(300)
  expect(Math.abs(right - said)).toBeLessThan(0.06)
})
