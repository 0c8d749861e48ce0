import type { Figure } from '@sightline/bench/benchmark'
import { align } from '@sightline/bench/confusion'
import { bench } from '@sightline/bench/match'
import { benchDisplay } from '@sightline/bench/match/displays'
import { chosenThresholds, interval, type Outcome, sum, totalsByGroup } from '@sightline/bench/match/folds'
import { possiblePlates, shareOf } from '@sightline/bench/match/possible'
import { resampledTraffic } from '@sightline/bench/match/resampled'
import { misreadTraffic, NOON, plates } from '@sightline/bench/match/traffic'
import { createDisplayIndex } from '@sightline/matching'
import { confusionOf, priorTable } from '@sightline/matching/confusion'
import { expect, it } from 'vitest'
import { howOften } from '../support/long.ts'

it('bench match reports every figure, beside what it is compared with, from the same run', {
  timeout: 240_000,
}, async () => {
  const figures: Figure[] = []
  // So many that what other files of this process leave to be collected does not count.
  const options = { displays: 50_000, seconds: 0.02, rounds: 1, speed: true, sightings: 0, vehicles: 0 }
  await bench.run(options, (figure) => figures.push({ bench: bench.name, ...figure } as Figure))
  const speed = figures.filter(({ unit }) => unit === 'reads/s of one core')
  expect(speed.map(({ metric }) => metric)).toEqual(['exact', 'exact_packed', 'fuzzy', 'fuzzy'])
  for (const { value, yardstickValue, ratio } of speed) expect(ratio).toBeCloseTo(value / yardstickValue!, 6)
  const memory = figures.find(({ metric }) => metric === 'bytes_per_display')!
  expect(memory.value).toBeGreaterThan(memory.arrays as number)
})

/** Reads whose every neighbor is tried, some thousand each. */
const READS = howOften(12, 40)

const traffic = misreadTraffic('test', plates('test', 20_000), priorTable())

it('synthetic reads are right as often as they say', () => {
  const doubtful = traffic.filter(({ read }) => read.confidence > 0.3 && read.confidence < 0.8)
  const right = doubtful.filter(({ truth, read }) => truth === read.plate).length / doubtful.length
  const said = doubtful.reduce((sum, { read }) => sum + read.confidence, 0) / doubtful.length
  expect(doubtful.length).toBeGreaterThan(300)
  expect(Math.abs(right - said)).toBeLessThan(0.06)
})

it('resampled reads err as often as the reads they are taken from, in the same characters', () => {
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

it('the plates that a read may mean are those whose displays the index finds', () => {
  const least = 0.05
  const possible = possiblePlates(confusionOf(priorTable()), undefined, least)
  const doubtful = traffic.filter(({ read }) => read.confidence < 0.8).slice(0, READS)
  let found = 0
  for (const { read } of doubtful) {
    const index = createDisplayIndex()
    const tried = new Set(near(read.plate))
    for (const plate of tried) index.set({ ...benchDisplay(plate, 0, least), id: plate })
    const matches = index.match(read, Date.parse(NOON)).filter(({ plate }) => plate !== read.plate)
    const expected = new Map(matches.map(({ plate, probability }) => [plate, probability]))
    const all = new Map(possible(read).map(({ plate, probability }) => [plate, probability]))
    for (const [plate, probability] of expected) expect(all.get(plate), plate).toBeCloseTo(probability, 9)
    // With three look-alikes or more, which are not among those tried.
    for (const plate of all.keys()) if (!expected.has(plate)) expect(tried.has(plate), plate).toBe(false)
    found += expected.size
  }
  expect(found).toBeGreaterThan(READS / 2)
}, 120_000)

/** Texts that an issuer may have given out with a character changed, missing or too many, or two changed. */
function near(plate: string): string[] {
  const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const changed = (text: string, from: number) =>
    Array.from(text).flatMap((_, i) =>
      i < from ? [] : characters.map((char) => text.slice(0, i) + char + text.slice(i + 1)),
    )
  const once = changed(plate, 0)
  const twice = Array.from(plate).flatMap((_, i) =>
    characters.flatMap((char) => changed(plate.slice(0, i) + char + plate.slice(i + 1), i + 1)),
  )
  const shorter = Array.from(plate, (_, i) => plate.slice(0, i) + plate.slice(i + 1))
  const longer = Array.from(`${plate} `).flatMap((_, i) =>
    characters.map((char) => plate.slice(0, i) + char + plate.slice(i)),
  )
  return [...new Set([...once, ...twice, ...shorter, ...longer])].filter((text) => shareOf(text) > 0)
}

it('plates have the frequencies with which plates are drawn', () => {
  expect(shareOf('7ABC123')).toBeCloseTo(0.42 / (23 ** 3 * 10 ** 4), 15)
  expect(shareOf('7AOC123')).toBe(0)
  for (const plate of plates('any', 2000)) expect(shareOf(plate), plate).toBeGreaterThan(0)
})

const outcome = (group: number, own: number, probability: number): Outcome => ({
  ...{ group, misread: true, own },
  others: [{ plate: 'ABC123', probability, share: 1e-6 }],
})

it('the threshold of a fold is the lowest that the other folds allow; its own sightings do not count', () => {
  // Vehicle 0 alone, of the first fold, has false alerts of high probability.
  const set = [outcome(0, 0.9, 0.7), ...[1, 2, 3, 4].map((group) => outcome(group, 0.4, 0.25))]
  const chosen = chosenThresholds([set], [0.2, 0.3, 0.8], 0)
  expect(chosen).toEqual([0.3, 0.8, 0.8, 0.8, 0.8])
  const groups = totalsByGroup(set, chosen)
  expect(sum(groups)).toEqual({ sightings: 5, misread: 5, recovered: 1, false: 1e-6 })
  const [low, high] = interval(groups, ({ recovered, misread }) => recovered / misread)
  expect(low).toBe(0)
  expect(high).toBeGreaterThanOrEqual(0.4)
})
