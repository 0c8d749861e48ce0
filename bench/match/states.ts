import { createDisplayIndex, type IndexOptions } from '@sightline/matching'
import { confusionOf, priorTable } from '@sightline/matching/confusion'
import type { FactConfusion } from '@sightline/matching/fact-confusion'
import { factsJudge, withFacts } from '@sightline/matching/facts'
import { DEFAULT_MIN_PROBABILITY } from '@sightline/matching/terms'
import type { Read } from '@sightline/schemas/read'
import { pickWeighted, random } from '@sightline/vendor-sim/world/random'
import type { Report } from '../benchmark.ts'
import { benchDisplay } from './displays.ts'
import { issuersOf, possiblePlates } from './possible.ts'
import { type LabeledRead, NOON } from './traffic.ts'

const now = Date.parse(NOON)
/** Number of displays to which the figure of false alerts refers. */
const PER_DISPLAYS = 10_000

type StatedRead = LabeledRead & { readonly region: string }

/**
 * What the reads say of the state: nothing; what the engine told, with its own mistakes (`told`); the right one, with the
 * certainty that the engine had (`known`); and, of the reads whose state is wrong, what the engine told (`misread`).
 */
const STATES: Record<string, (sighting: StatedRead) => Read | null> = {
  unknown: ({ read }) => ({ ...read, region: null, regionConfidence: null }),
  told: ({ read }) => read,
  known: ({ read, region }) => ({ ...read, region }),
  misread: ({ read, region }) => (read.region === region ? null : read),
}

/**
 * What states in the displays cost and gain: the same misreads, each with its own display, without a state (`none`), with the
 * plate's state, and strict. `ratio` is the share recovered with states of that without, on the same reads (goal: 0.95 of
 * `told`). False alerts are computed as in quality.ts: each display has the state of the plate that it watches.
 */
export function reportStates(
  set: string,
  sightings: readonly LabeledRead[],
  facts: IndexOptions,
  report: Report,
): void {
  const stated = sightings.filter((one): one is StatedRead => one.region !== undefined)
  const wrong = stated.filter(({ read, region }) => read.region !== region).length
  report({
    metric: 'state_wrong',
    value: wrong / stated.length,
    unit: 'share',
    set,
    sightings: stated.length,
  })
  for (const [state, readOf] of Object.entries(STATES)) {
    const all = stated.flatMap((sighting) => {
      const read = readOf(sighting)
      return read ? [{ ...sighting, read }] : []
    })
    const misreads = all.filter(({ truth, read }) => truth !== read.plate)
    const share = (display: 'none' | 'state' | 'strict') =>
      misreads.filter((one) => isRecovered(one, display, facts)).length / misreads.length
    const without = share('none')
    const about = { set, state, misreads: misreads.length }
    for (const display of ['state', 'strict'] as const) {
      const value = share(display)
      report({
        metric: `recovered_with_${display}`,
        ...{ value, unit: 'share', yardstick: 'displays without a state', yardstickValue: without },
        ...{ ratio: value / without, ...about },
      })
    }
    const { value, yardstickValue } = falsePerMillion(all, facts)
    report({
      metric: 'false_per_million_with_state',
      ...{
        value,
        unit: '',
        yardstick: 'displays without a state',
        yardstickValue,
        ratio: value / yardstickValue,
      },
      ...{ ...about, sightings: all.length },
    })
  }
}

/**
 * Sightings of plates whose state the recognizer tells as often right, and as the same others, as the table measured, with
 * certainties as right and wrong ones had them. Whose text is misread is no likelier to have a wrong state here.
 */
export function withDrawnStates(
  sightings: readonly LabeledRead[],
  { truths, reads, certainty }: FactConfusion,
): LabeledRead[] {
  const bins = certainty.map(({ mean, count, right }) => ({ mean, weight: right, wrong: count - right }))
  return sightings.map(({ truth, read }, n) => {
    const rng = random('bench-match', 'states', n)
    const issuers = issuersOf(truth).map(({ region, share }) => ({ region, weight: share }))
    if (issuers.length === 0) return { truth, read }
    const { region } = pickWeighted(issuers, rng)
    const told = Object.entries(reads).flatMap(([name, row]) =>
      row[region] === undefined ? [] : [{ name, weight: row[region] }],
    )
    if (truths[region] === undefined || told.length === 0) return { truth, read }
    const { name } = pickWeighted(told, rng)
    const wrong = bins.map((bin) => ({ ...bin, weight: bin.wrong }))
    const { mean } = pickWeighted(name === region ? bins : wrong, rng)
    const engine = { name: 'sightline', version: 'drawn' }
    return { truth, region, read: { ...read, region: name, regionConfidence: mean, engine } }
  })
}

function isRecovered({ truth, read, region }: StatedRead, kind: string, facts: IndexOptions): boolean {
  const index = createDisplayIndex(facts)
  const display = { ...benchDisplay(truth, 0), ...(kind !== 'none' && { region }) }
  index.set(kind === 'strict' ? { ...display, strict: true } : display)
  return index.match(read, now).length > 0
}

/**
 * Alerts of displays of other plates, in a million reads: with their states, and without (`yardstickValue`). A read of exactly
 * another plate is never lost to its state.
 */
function falsePerMillion(all: readonly StatedRead[], options: IndexOptions) {
  const { confusion, serials, facts = {} } = options
  const possible = possiblePlates(confusion ?? confusionOf(priorTable()), serials, DEFAULT_MIN_PROBABILITY)
  let [exact, others, fitting] = [0, 0, 0]
  for (const { truth, read } of all) {
    for (const { plate, probability, share, region } of possible(read)) {
      if (plate === truth) continue
      others += share
      const { factor } = factsJudge({ region }, facts)!(read)
      if (withFacts(probability, factor) >= DEFAULT_MIN_PROBABILITY) fitting += share
    }
    if (read.plate !== truth) for (const { share } of issuersOf(read.plate)) exact += share
  }
  const inMillion = (shares: number) => (shares / all.length) * PER_DISPLAYS * 1e6
  return { value: inMillion(exact + fitting), yardstickValue: inMillion(exact + others) }
}
