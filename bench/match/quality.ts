import { createDisplayIndex, type IndexOptions } from '../../matcher/index/index.ts'
import { DEFAULT_MIN_PROBABILITY } from '../../matcher/index/terms.ts'
import { loadRecogniserFacts } from '../../matcher/recogniser-facts.ts'
import type { Report } from '../benchmark.ts'
import { benchDisplay } from './displays.ts'
import { renderedReads } from './rendered-reads.ts'
import { misreadTraffic, NOON, plates, type Sighting } from './traffic.ts'

const now = Date.parse(NOON)
/** Displays among which false alerts are said to be counted. */
const PER_DISPLAYS = 10_000
/** Sets of other people's displays for few sightings: each looks at all of them. */
const SETS = 4

/**
 * What a display gains and costs beyond exact matching, at the default threshold and at others:
 * `recovered`, the share of misread sightings of displayed plates that raise their alert all the same;
 * `false_per_million`, alerts of displays whose plate is not on the vehicle, in a million reads against 10,000
 * displays: counted against many more displays and scaled down, for they are rare; those of misreads that are
 * exactly another plate, which no threshold prevents, are said apart.
 */
export async function reportQuality(
  { sightings, frames, displays }: { sightings: number; frames: number; displays: number },
  report: Report,
): Promise<void> {
  const facts = await loadRecogniserFacts()
  if (sightings > 0) {
    const traffic = misreadTraffic('quality', plates('vehicles', sightings))
    reportSet('synthetic', traffic, 1, displays, facts, report)
  }
  if (frames > 0) reportSet('rendered', await renderedReads(frames), SETS, displays, facts, report)
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
  for (const threshold of [DEFAULT_MIN_PROBABILITY, 0.1, 0.2, 0.3, 0.5, 0.7]) {
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

/** The least that a display may ask for: so that every threshold can be looked at afterwards. */
const LEAST = 0.01

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
