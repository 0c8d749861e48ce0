import { createDisplayIndex, type IndexOptions } from '../../matcher/index/index.ts'
import { DEFAULT_MIN_PROBABILITY } from '../../matcher/index/terms.ts'
import { loadRecogniserFacts } from '../../matcher/recogniser-facts.ts'
import type { Report } from '../benchmark.ts'
import { benchDisplay } from './displays.ts'
import { renderedReads } from './rendered-reads.ts'
import { resampledTraffic } from './resampled.ts'
import { NOON, plates, type Sighting } from './traffic.ts'

const now = Date.parse(NOON)
/** Displays among which false alerts are said to be counted. */
const PER_DISPLAYS = 10_000
/** Sets of other people's displays for few sightings: each looks at all of them. */
const SETS = 4
const THRESHOLDS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7]

interface QualityOptions {
  /** Sightings made up of real ones (resampled.ts), of each half. */
  sightings: number
  /** Vehicles whose rendered frames the engine reads; half of them chose the threshold, the others report. */
  vehicles: number
  displays: number
}

/**
 * What a display gains and costs beyond exact matching, at the default threshold and at others:
 * `recovered`, the share of misread sightings of displayed plates that raise their alert all the same;
 * `false_per_million`, alerts of displays whose plate is not on the vehicle, in a million reads against 10,000
 * displays: counted against many more displays and scaled down, for they are rare; those of misreads that are
 * exactly another plate, which no threshold prevents, are said apart. Every other vehicle is of the half `choose`, by
 * which the default threshold was chosen; the figures are those of the half `report`.
 */
export async function reportQuality(
  { sightings, vehicles, displays }: QualityOptions,
  report: Report,
): Promise<void> {
  const facts = await loadRecogniserFacts()
  const real = await renderedReads(vehicles)
  const seen = new Map<string, number>()
  for (const { truth } of real) if (!seen.has(truth)) seen.set(truth, seen.size)
  for (const [rest, half] of ['choose', 'report'].entries()) {
    const ours = real.filter(({ truth }) => seen.get(truth)! % 2 === rest)
    reportSet(`rendered, ${half}`, ours, SETS, displays, facts, report)
    if (sightings === 0) continue
    const more = resampledTraffic(half, plates(`vehicles-${half}`, sightings), ours)
    reportSet(`resampled, ${half}`, more, 1, displays, facts, report)
  }
}

function reportSet(
  set: string,
  traffic: readonly Sighting[],
  sets: number,
  displays: number,
  facts: IndexOptions,
  report: Report,
): void {
  const misread = traffic.filter(({ truth, read }) => truth !== read.plate)
  const likely = recoveries(misread, facts)
  const { exact, other } = falseAlerts(traffic, sets, displays, facts)
  const scale = (1e6 / traffic.length) * (PER_DISPLAYS / displays / sets)
  const share = { misread: misread.length / traffic.length, sightings: traffic.length }
  for (const threshold of new Set([DEFAULT_MIN_PROBABILITY, ...THRESHOLDS])) {
    const reach = (all: readonly number[]) => all.filter((probability) => probability >= threshold).length
    const extra = { set, threshold, ...share }
    const value = reach(likely) / misread.length
    report({ metric: 'recovered', value, unit: 'share', ...extra })
    const found = reach(other)
    const figures = { ofExactMisreads: exact * scale, counted: found + exact }
    report({ metric: 'false_per_million', value: (found + exact) * scale, unit: '', ...extra, ...figures })
  }
}

/** For each misread sighting the probability with which its own display is found, 0 when it is not. */
function recoveries(misread: readonly Sighting[], facts: IndexOptions): number[] {
  const index = createDisplayIndex(facts)
  for (const plate of new Set(misread.map(({ truth }) => truth)))
    index.set(benchDisplay(plate, index.size, LEAST))
  return misread.map(
    ({ truth, read }) => index.match(read, now).find(({ plate }) => plate === truth)?.probability ?? 0,
  )
}

/** What the displays ask for: so that every threshold can be looked at afterwards. */
const LEAST = Math.min(...THRESHOLDS)

function falseAlerts(traffic: readonly Sighting[], sets: number, displays: number, facts: IndexOptions) {
  let exact = 0
  const other: number[] = []
  for (let set = 0; set < sets; set++) {
    const index = createDisplayIndex(facts)
    for (const [n, plate] of plates(`displays-${set}`, displays).entries()) {
      index.set(benchDisplay(plate, n, LEAST))
    }
    for (const { truth, read } of traffic) {
      for (const { plate, kind, probability } of index.match(read, now)) {
        if (plate === truth) continue
        if (kind === 'exact') exact++
        else other.push(probability)
      }
    }
  }
  return { exact, other }
}
