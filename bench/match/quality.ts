import { createDisplayIndex, type IndexOptions } from '@sightline/matching'
import { confusionOf, priorTable } from '@sightline/matching/confusion'
import { loadRecognizerFacts, loadStateConfusion } from '@sightline/matching/recognizer-facts'
import { DEFAULT_MIN_PROBABILITY } from '@sightline/matching/terms'
import type { Report } from '../benchmark.ts'
import { benchDisplay } from './displays.ts'
import {
  chosenThresholds,
  FOLDS,
  interval,
  type Outcome,
  sum,
  type Totals,
  totalsByGroup,
  totalsOf,
} from './folds.ts'
import { possiblePlates, shareOf } from './possible.ts'
import { renderedReads } from './rendered-reads.ts'
import { resampledTraffic } from './resampled.ts'
import { reportStates, withDrawnStates } from './states.ts'
import { type LabeledRead, NOON, plates } from './traffic.ts'

const now = Date.parse(NOON)
/** Number of displays to which the figure of false alerts refers. */
const PER_DISPLAYS = 10_000
/** Threshold of the displays here: so low that all thresholds can be compared. */
const LEAST = 0.05
/** Thresholds from which the folds may choose. */
const THRESHOLDS = Array.from({ length: 76 }, (_, n) => (n + 5) / 100)
const SHOWN = [LEAST, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
/** False alerts in a million reads for which a threshold is chosen. The goal is 1. */
const MOST = 0.8

interface QualityOptions {
  /** Made-up sightings from real ones (resampled.ts), per fold. */
  sightings: number
  /** Vehicles whose rendered frames the engine reads. */
  vehicles: number
  displays: number
}

/** A sighting, and the vehicle or the fold to which it belongs. */
type Grouped = LabeledRead & { readonly group: number }

/**
 * Gain and cost of a display beyond exact matching. `recovered` is the share of misread sightings that still raise the alert
 * of their plate's display. `false_per_million` is the number of alerts in a million reads with 10,000 displays of other
 * plates, drawn like real plates. False alerts are rare, so they are computed, not counted: from all plates that a read may
 * be, and the share of each among plates. They include misreads that are exactly another plate, which no threshold prevents
 * (`ofExactMisreads`). Vehicles are in five folds: the other four choose the threshold of each. All five are reported
 * together, with the range of 95 % of bootstrap draws of vehicles. Then all at fixed thresholds, which adds nothing about the
 * chosen one.
 */
export async function reportQuality(
  { sightings, vehicles, displays }: QualityOptions,
  report: Report,
): Promise<void> {
  const facts = await loadRecognizerFacts()
  const seen = new Map<string, number>()
  const rendered = (await renderedReads(vehicles)).map((sighting): Grouped => {
    if (!seen.has(sighting.truth)) seen.set(sighting.truth, seen.size)
    return { ...sighting, group: seen.get(sighting.truth)! }
  })
  const sets: Record<string, Outcome[]> = { rendered: outcomesOf(rendered, facts) }
  const resampled = sightings > 0 ? resampledFolds(rendered, sightings) : []
  if (sightings > 0) sets.resampled = outcomesOf(resampled, facts)
  const chosen = chosenThresholds(Object.values(sets), THRESHOLDS, MOST / 1e6 / PER_DISPLAYS)
  for (const [set, outcomes] of Object.entries(sets)) {
    const groups = totalsByGroup(outcomes, chosen)
    // Made-up sightings of one fold have no vehicle.
    const within = (figure: (totals: Totals) => number) =>
      set === 'rendered' && { interval95: interval(groups, figure) }
    const all = { set, threshold: 'by the other folds', chosen, groups: groups.length }
    reportTotals(sum(groups), all, report, { recovered: within(recovered), false: within(falsePerMillion) })
    for (const threshold of new Set([DEFAULT_MIN_PROBABILITY, ...SHOWN])) {
      const exact = outcomes.filter(({ misread, others }) => misread && others[0]?.probability === EXACT)
      const ofExactMisreads = falsePerMillion({ ...totalsOf(exact, EXACT), sightings: outcomes.length })
      reportTotals(totalsOf(outcomes, threshold), { set, threshold }, report, { false: { ofExactMisreads } })
    }
  }
  reportStates('rendered', rendered, facts, report)
  const states = await loadStateConfusion()
  if (states && sightings > 0) reportStates('resampled', withDrawnStates(resampled, states), facts, report)
  reportCounted(rendered, displays, facts, sets.rendered!, report)
}

const recovered = ({ recovered, misread }: Totals) => recovered / misread
const falsePerMillion = (totals: Totals) => (totals.false / totals.sightings) * PER_DISPLAYS * 1e6

function reportTotals(
  totals: Totals,
  extra: object,
  report: Report,
  more: { recovered?: object | false; false?: object | false },
): void {
  const { sightings, misread } = totals
  const of = { ...extra, sightings, misread: misread / sightings }
  report({ metric: 'recovered', value: recovered(totals), unit: 'share', ...of, ...more.recovered })
  report({ metric: 'false_per_million', value: falsePerMillion(totals), unit: '', ...of, ...more.false })
}

/** New plates with the errors of each fold. The folds share nothing. */
function resampledFolds(real: readonly Grouped[], sightings: number): Grouped[] {
  return Array.from({ length: FOLDS }, (_, group) => {
    const ours = real.filter((sighting) => sighting.group % FOLDS === group)
    const more = resampledTraffic(`fold-${group}`, plates(`vehicles-${group}`, sightings), ours)
    return more.map((sighting) => ({ ...sighting, group }))
  }).flat()
}

/** A text that equals a watched plate matches at any threshold. */
const EXACT = 1

function outcomesOf(sightings: readonly Grouped[], facts: IndexOptions): Outcome[] {
  const index = createDisplayIndex(facts)
  for (const { truth, read } of sightings) {
    if (truth !== read.plate) index.set({ ...benchDisplay(truth, 0, LEAST), id: truth })
  }
  const possible = possiblePlates(facts.confusion ?? confusionOf(priorTable()), facts.serials, LEAST)
  return sightings.map(({ truth, read, group }) => {
    const misread = truth !== read.plate
    const others = possible(read).filter(({ plate }) => plate !== truth)
    if (!misread) return { group, misread, own: 0, others }
    const own = index.match(read, now).find(({ plate }) => plate === truth)?.probability ?? 0
    const exact = { plate: read.plate, probability: EXACT, share: shareOf(read.plate) }
    return { group, misread, own, others: [exact, ...others] }
  })
}

/** The same, counted with the index itself at the lowest threshold, where there are enough cases to count. */
function reportCounted(
  sightings: readonly LabeledRead[],
  displays: number,
  facts: IndexOptions,
  outcomes: readonly Outcome[],
  report: Report,
): void {
  const index = createDisplayIndex(facts)
  for (const [n, plate] of plates('displays', displays).entries()) index.set(benchDisplay(plate, n, LEAST))
  let value = 0
  for (const { truth, read } of sightings) {
    value += index.match(read, now).filter(({ plate }) => plate !== truth).length
  }
  const expected = totalsOf(outcomes, LEAST).false * displays
  report({
    metric: 'false_counted',
    value,
    unit: 'alerts',
    set: 'rendered',
    threshold: LEAST,
    displays,
    expected,
  })
}
