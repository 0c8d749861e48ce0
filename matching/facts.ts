import type { Fact, FactEvidence } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import { basicColor, kindsMeant } from '@sightline/schemas/vehicle-words'
import type { FactConfusion } from './fact-confusion.ts'
import { VISITING } from './serials.ts'

/**
 * What a state, a color or a kind that a camera told says about a vehicle: the likelihood of what was told if it is the
 * watched vehicle, compared with any vehicle. docs/matching.md has the derivation, with an example.
 */

/** The tables of the project's own networks, by fact. */
export type FactTables = Readonly<Partial<Record<Fact, FactTable>>>

/** What a read's facts say about a display that names some. */
export interface FactsJudged {
  /** Product of the factors: how likely these facts are for the watched vehicle, compared with any; 1 at most. */
  readonly factor: number
  /** One entry for each fact that the display names, in the order of FACTS. */
  readonly evidence: readonly FactEvidence[]
}

/** Compares a read's facts with a display's. */
export type FactsJudge = (read: Read) => FactsJudged

/** The engine whose states, and whose certainty of them, the table measured. */
const OWN_ENGINE = 'sightline'

interface Wanted {
  readonly fact: Fact
  /** As they are compared. */
  readonly names: readonly string[]
}

/** The facts that a display names; none: null. */
export function factsWanted({ region, only }: Pick<Display, 'region' | 'only'>): readonly Wanted[] | null {
  const { makes, models, colors, kinds } = only ?? {}
  const facts = { region: region === null ? undefined : [region], make: makes, model: models, color: colors }
  const all = { ...facts, kind: kinds?.flatMap(kindsMeant) }
  const wanted = Object.entries(all).flatMap(([fact, words]) =>
    words ? [{ fact: fact as Fact, names: words.map((word) => plainWord(fact, word)) }] : [],
  )
  return wanted.length === 0 ? null : wanted
}

/**
 * How a display judges the facts of reads; null where it names none. A fact that was not told says nothing. One that agrees
 * adds nothing to the text, so that no state or color raises a false alert. One that differs lowers the probability by how
 * rarely it is told of such vehicles.
 */
export function factsJudge(display: Pick<Display, 'region' | 'only'>, tables: FactTables): FactsJudge | null {
  const wanted = factsWanted(display)
  if (wanted === null) return null
  return (read) => {
    const evidence = modelWithMake(wanted.map((one) => judgedFact(one, read, tables)))
    return { factor: evidence.reduce((product, { factor }) => product * factor, 1), evidence }
  }
}

/** Whoever takes the make for another one also takes the model for another: a model beside another make says nothing more. */
function modelWithMake(evidence: FactEvidence[]): FactEvidence[] {
  if (!evidence.some(({ fact, result }) => fact === 'make' && result === 'differs')) return evidence
  return evidence.map((one) => (one.fact === 'model' ? { ...one, factor: 1 } : one))
}

/** What a strict display misses by one fact. */
export interface StrictMiss {
  readonly fact: Fact
  /** Share of the vehicles looked for that the networks tell as others; null: not measured. */
  readonly measured: number | null
}

/** What a display misses if it insists on the facts that it names. */
export function strictMisses(display: Pick<Display, 'region' | 'only'>, tables: FactTables): StrictMiss[] {
  return (factsWanted(display) ?? []).map(({ fact, names }) => ({
    fact,
    measured: tables[fact]?.missed(names) ?? null,
  }))
}

/** Whether a read tells a fact at all. */
export const isTold = (fact: Fact, { region, vehicle }: Pick<Read, 'region' | 'vehicle'>): boolean =>
  Boolean(fact === 'region' ? region : vehicle?.[fact])

function judgedFact({ fact, names }: Wanted, read: Read, tables: FactTables): FactEvidence {
  const told = fact === 'region' ? read.region : (read.vehicle?.[fact] ?? null)
  if (told === null || told === '') return { fact, result: 'unseen', read: null, certainty: null, factor: 1 }
  const certainty = certaintyOf(fact, read)
  const name = plainWord(fact, told)
  if (names.includes(name)) return { fact, result: 'agrees', read: told, certainty, factor: 1 }
  const table = (isOwn(fact, read) && certainty !== null && tables[fact]) || UNMEASURED
  const factor = differingFactor(table, name, certainty ?? OTHERS_RIGHT, names)
  return { fact, result: 'differs', read: told, certainty, factor }
}

/** As stated; null: not stated. */
function certaintyOf(fact: Fact, { regionConfidence, vehicle }: Read): number | null {
  if (fact === 'region') return regionConfidence
  return fact === 'color' || fact === 'kind' ? (vehicle?.certainty?.[fact] ?? null) : null
}

/** Whether one of the project's own networks told it. Only they tell a color or a kind with a certainty. */
const isOwn = (fact: Fact, { engine }: Read): boolean =>
  fact !== 'region' || (engine.name === OWN_ENGINE && engine.ownConfidence === undefined)

const plainWord = (fact: string, word: string): string => {
  if (fact === 'region') return word
  return fact === 'color' ? basicColor(word) : word.trim().toLowerCase()
}

/** A measured fact (fact-confusion.ts), prepared. */
export interface FactTable {
  /** How often a fact is right that is told with this certainty; never less for a higher one. */
  rightAt(certainty: number): number
  /**
   * How much more often one of these names is the true one when `told` is wrong, than among all vehicles; 1 where nothing is
   * known.
   */
  ratio(told: string, names: readonly string[]): number
  /** Share of the vehicles of one of these names that are told as another; null if none was measured. */
  missed(names: readonly string[]): number | null
}

/**
 * A pair of names counts as if it had been told this many times as often as others: with few pictures of a pair, that it was
 * never told says little.
 */
const PRIOR_WEIGHT = 1

export function factTable({ count, truths, reads, certainty }: FactConfusion): FactTable {
  const kinds = Object.keys(truths).length
  const base = (name: string) => ((truths[name] ?? 0) + 1) / (count + kinds)
  const own = (row: Readonly<Record<string, number>>, name: string) =>
    Object.hasOwn(row, name) ? row[name]! : 0
  const curve = risingShares(certainty)
  return {
    rightAt: (stated) => along(curve, stated),
    ratio(told, names) {
      const known = names.filter((name) => Object.hasOwn(truths, name))
      if (known.length < names.length || !Object.hasOwn(truths, told)) return 1
      const row = Object.hasOwn(reads, told) ? reads[told]! : {}
      const wrong = Object.entries(row).reduce((sum, [name, n]) => (name === told ? sum : sum + n), 0)
      const expected = (wrong * known.reduce((sum, name) => sum + base(name), 0)) / (1 - base(told))
      const seen = known.reduce((sum, name) => sum + own(row, name), 0)
      return (seen + PRIOR_WEIGHT) / (expected + PRIOR_WEIGHT) / (1 - base(told))
    },
    missed(names) {
      const there = names.reduce((sum, name) => sum + own(truths, name), 0)
      if (there === 0) return null
      const told = Object.entries(reads).flatMap(([name, row]) => (names.includes(name) ? [] : [row]))
      return names.reduce((sum, name) => told.reduce((all, row) => all + own(row, name), sum), 0) / there
    },
  }
}

interface Point {
  readonly at: number
  readonly share: number
  readonly count: number
}

/** The shares that were right, none lower than one before it: neighbors that fall are one. Rule of succession. */
function risingShares(certainty: FactConfusion['certainty']): Point[] {
  const points: Point[] = []
  for (const { mean, count, right } of certainty) {
    let point = { at: mean, share: (right + 1) / (count + 2), count }
    while (points.length > 0 && points.at(-1)!.share > point.share) {
      const before = points.pop()!
      const count = before.count + point.count
      const mix = (a: number, b: number) => (a * before.count + b * point.count) / count
      point = { at: mix(before.at, point.at), share: mix(before.share, point.share), count }
    }
    points.push(point)
  }
  return points
}

/** Straight lines between the points, from nothing at 0; beyond the last, as much as there. */
function along(points: readonly Point[], at: number): number {
  let before: Pick<Point, 'at' | 'share'> = { at: 0, share: 0 }
  for (const point of points) {
    if (at < point.at) {
      return before.share + ((point.share - before.share) * (at - before.at)) / (point.at - before.at)
    }
    before = point
  }
  return before.share
}

/** How much a fact counts at most that somebody else told: nobody has measured how certain they are. */
export const OTHERS_RIGHT = 0.9

/** Of a fact for which there is no table, or that another maker told: errors fall on all other names alike. */
export const UNMEASURED: FactTable = {
  rightAt: (certainty) => Math.min(certainty, OTHERS_RIGHT),
  ratio: () => 1,
  missed: () => null,
}

/**
 * How likely it is that another name was told of the watched vehicle, compared with any vehicle; at most 1.
 * @param certainty as stated
 */
export const differingFactor = (
  table: FactTable,
  told: string,
  certainty: number,
  names: readonly string[],
): number => Math.min(1, (1 - table.rightAt(certainty)) * table.ratio(told, names))

/**
 * How many other vehicles bear the watched vehicle's text, as plates of another issuer or as copies: as many as there are of
 * any text of an issuer elsewhere (serials.ts). However certain the text, they remain.
 */
export const TWINS = VISITING

/** The same for a pattern: at least as many vehicles with such a text are of another issuer or look, as fit. */
export const TWINS_OF_PATTERN = 1

/**
 * The probability after the facts, from that of the text.
 * @param factor product of the facts' factors, 0 to 1; 1 changes nothing
 * @param twins other vehicles with the text for each that is watched
 */
export function withFacts(ofText: number, factor: number, twins = TWINS): number {
  const watched = ofText * factor
  if (watched === 0) return 0
  // Never more than the text's, by rounding either.
  return Math.min(ofText, watched / (watched + 1 - ofText + twins * ofText * (1 - factor)))
}
