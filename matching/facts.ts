import type { Fact, FactEvidence } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'
import { basicColor, kindsMeant } from '@sightline/schemas/vehicle-words'
import { differingFactor, type FactTable, OTHERS_RIGHT, UNMEASURED } from './likelihood.ts'

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
 * rarely it is told of such vehicles (likelihood.ts).
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
