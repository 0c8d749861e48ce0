import { type ConfusionTable, priorTable } from '@sightline/matching/confusion'
import type { FactConfusion } from '@sightline/matching/fact-confusion'
import { DEFAULT_MIN_PROBABILITY } from '@sightline/matching/terms'
import type { Display } from '@sightline/schemas/display'
import type { Read } from '@sightline/schemas/read'

/** The rules of matching in the plainest way: every display is looked at, every alignment weighed, with strings. */

export interface Expected {
  id: string
  kind: string
  probability: number
  differs: readonly string[]
  unchecked: readonly string[]
}

/** Serials of the property tests: some texts follow one, others none. */
export const SERIALS = { home: ['@@', '#@', '@@@', '#@@', '@##@', '####'], visiting: ['@#', '#@', '###'] }

const CHARACTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const CLASSES = ['0OQD', '1ILT', '2Z', '4A', '5S', '6G', '8B', 'UVY', 'HMNW']
const alike = (a: string, b: string) =>
  a === b || CLASSES.some((members) => members.includes(a) && members.includes(b))

export function expectedMatches(
  displays: Iterable<Display>,
  read: Read,
  now: number,
  table: ConfusionTable = priorTable(),
): Expected[] {
  const found: Expected[] = []
  for (const display of displays) {
    if (display.state !== 'active' || now >= Date.parse(display.expiresAt)) continue
    // Stored now; the nodes' clocks may be a tenth of a second apart.
    if (now + 100 < Date.parse(display.createdAt)) continue
    if (display.only?.minConfidence !== undefined && read.confidence < display.only.minConfidence) continue
    const { factor, differs, unchecked } = factsOf(display, read)
    if (display.strict && (differs.length > 0 || unchecked.length > 0)) continue
    const match = matchOf(display, read, table)
    if (!match) continue
    // Other vehicles have the text too, as far as the facts do not fit: of a pattern as many, of a plate few.
    const p = match.probability
    const against = 1 - p + (match.kind === 'pattern' ? 1 : 0.06) * p * (1 - factor)
    const probability = factor === 1 ? p : p * factor > 0 ? (p * factor) / (p * factor + against) : 0
    const least = display.minProbability ?? DEFAULT_MIN_PROBABILITY
    if (factor < 1 && match.kind !== 'exact' && probability < least) continue
    found.push({ id: display.id, kind: match.kind, probability, differs, unchecked })
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Facts of the property tests: which state, color and kind the networks take for which. */
export const STATES: FactConfusion = {
  count: 100,
  truths: { 'us-ca': 60, 'us-tx': 30, 'us-vt': 10 },
  reads: {
    'us-ca': { 'us-ca': 58, 'us-tx': 12, 'us-vt': 4 },
    'us-tx': { 'us-tx': 17, 'us-ca': 2, 'us-vt': 9 },
  },
  certainty: [
    { mean: 0.5, count: 18, right: 9 },
    { mean: 1, count: 98, right: 96 },
  ],
}
export const COLORS: FactConfusion = {
  count: 50,
  truths: { red: 20, blue: 10, gray: 20 },
  reads: { red: { red: 15 }, blue: { blue: 8, gray: 6 }, gray: { gray: 14, blue: 2 } },
  certainty: [{ mean: 0.9, count: 48, right: 40 }],
}

/** The share right at a certainty, by lines from nothing at 0. */
function rightAt({ certainty }: FactConfusion, stated: number): number {
  let [x, y] = [0, 0]
  for (const { mean, count, right } of certainty) {
    const share = (right + 1) / (count + 2)
    if (stated < mean) return y + ((share - y) * (stated - x)) / (mean - x)
    ;[x, y] = [mean, share]
  }
  return y
}

/** How much more often than among all vehicles the wanted one is there, when what was told is wrong. */
function ratioOf({ count, truths, reads }: FactConfusion, told: string, wanted: string): number {
  if (!truths[told] || !truths[wanted]) return 1
  const base = (name: string) => (truths[name]! + 1) / (count + Object.keys(truths).length)
  const wrong = Object.entries(reads[told] ?? {}).filter(([name]) => name !== told)
  const all = wrong.reduce((sum, [, n]) => sum + n, 0)
  const others = 1 - base(told)
  return ((reads[told]?.[wanted] ?? 0) + 1) / ((all * base(wanted)) / others + 1) / others
}

/** What state, color and kind say: a factor, and what differs or is missing. */
function factsOf({ region, only }: Display, read: Read) {
  const differs: string[] = []
  const unchecked: string[] = []
  let factor = 1
  const compare = (
    fact: string,
    told: string | null | undefined,
    wanted: string,
    right: number,
    ratio: number,
  ) => {
    if (!told) {
      if (fact !== 'region') unchecked.push(fact)
    } else if (told !== wanted) {
      differs.push(fact)
      factor *= Math.min(1, (1 - right) * ratio)
    }
  }
  if (region) {
    const isOwn = read.engine.name === 'sightline' && read.regionConfidence !== null
    const stated = read.regionConfidence ?? 0.9
    const told = read.region ?? ''
    if (isOwn) compare('region', told, region, rightAt(STATES, stated), ratioOf(STATES, told, region))
    else compare('region', told, region, Math.min(stated, 0.9), 1)
  }
  const { make, color, kind, certainty } = read.vehicle ?? {}
  for (const wanted of only?.makes ?? []) compare('make', make?.toLowerCase(), wanted, 0.9, 1)
  for (const wanted of only?.colors ?? []) {
    const stated = certainty?.color
    if (stated == null) compare('color', color, wanted, 0.9, 1)
    else compare('color', color, wanted, rightAt(COLORS, stated), ratioOf(COLORS, color ?? '', wanted))
  }
  for (const wanted of only?.kinds ?? []) {
    compare('kind', kind, wanted, Math.min(certainty?.kind ?? 0.9, 0.9), 1)
  }
  return { factor, differs, unchecked }
}

function matchOf(
  display: Display,
  read: Read,
  table: ConfusionTable,
): Pick<Expected, 'kind' | 'probability'> | null {
  const { plate, minProbability = DEFAULT_MIN_PROBABILITY } = display
  const exactly = read.confidence / (read.confidence + 0.25 * (1 - read.confidence))
  if (/[?*[]/.test(plate)) {
    const expression = new RegExp(`^${plate.replaceAll('?', '.').replaceAll('*', '.*')}$`)
    return expression.test(read.plate) ? { kind: 'pattern', probability: exactly } : null
  }
  if (plate === read.plate) return { kind: 'exact', probability: exactly }
  const probability = probabilityOf(plate, read, table)
  if (probability < minProbability) return null
  const lookAlike = plate.length === read.plate.length && [...plate].every((c, i) => alike(c, read.plate[i]!))
  return { kind: lookAlike ? 'confusable' : 'near', probability }
}

/** What is known of a text before it is read. */
function priorOf(text: string): number {
  const shape = text
    .replace(/[A-Z]/g, (letter) => ('IOQ'.includes(letter) ? '-' : '@'))
    .replace(/[0-9]/g, '#')
  if (SERIALS.home.includes(shape)) return 0.25
  return SERIALS.visiting.includes(shape) ? 0.06 : 0.03
}

/** One text of each shape that has a prior of its own. */
const EXAMPLES = [...new Set([...SERIALS.home, ...SERIALS.visiting])].map((serial) =>
  serial.replaceAll('@', 'A').replaceAll('#', '0'),
)

/** Bayes: the plate displayed, which exists, against all texts of the read's length, which need not exist. */
function probabilityOf(plate: string, read: Read, table: ConfusionTable): number {
  const { doubt } = table
  const length = read.plate.length
  const sure = read.confidence * (1 - doubt) ** length
  const most = (1 - sure) / (1 - sure + 0.03 * sure)
  const places = placesOf(read, table)
  const sum = (place: Place, of: string) => [...of].reduce((all, char) => all + place.weight(char), 0)
  const product = (of: (char: string) => string, example: string) =>
    places.reduce((all, place, i) => all * sum(place, of(example[i]!)), 1)
  const texts = EXAMPLES.filter((example) => example.length === length).reduce(
    (all, example) =>
      all +
      (priorOf(example) - 0.03) *
        product((c) => (c === 'A' ? 'ABCDEFGHJKLMNPRSTUVWXYZ' : '0123456789'), example),
    0.03 * product(() => CHARACTERS.join(''), read.plate),
  )
  const weight = weightOf(plate, places, table, (place) => sum(place, CHARACTERS.join('')))
  const others = texts - (plate.length === length ? weight * priorOf(plate) : 0)
  return weight === 0 ? 0 : Math.min(most, weight / (weight + others))
}

interface Place {
  char: string
  weight(truth: string): number
}

/** How much likelier than the character read, itself 1, others are at each place. */
function placesOf(read: Read, table: ConfusionTable): Place[] {
  const stated = read.chars.length === read.plate.length
  const tempered = (p: number) => p ** 0.75
  return Array.from(read.plate, (char, i) => {
    const given = stated ? read.chars[i]! : null
    const said = given?.confidence ?? read.confidence ** (1 / read.plate.length)
    const alternatives = given?.alternatives ?? []
    const rest = alternatives.reduce((left, { confidence }) => left - confidence, 1 - said)
    const wrong = (truth: string) => (table.read[truth]?.[char] ?? 0) + 1e-5
    const all = CHARACTERS.filter((c) => c !== char).reduce((sum, c) => sum + wrong(c), 0)
    const weight = (truth: string) => {
      if (truth === char) return 1
      const named = alternatives.find((a) => a.char === truth)?.confidence ?? 0
      const unnamed = tempered(Math.max(rest, table.doubt)) * (wrong(truth) / all)
      return (tempered(named) + unnamed) / tempered(Math.max(said, 0.001))
    }
    return { char, weight }
  })
}

/** The best weight over all ways in which the plate gave the read, of which at most one is no look-alike. */
function weightOf(
  plate: string,
  places: Place[],
  table: ConfusionTable,
  all: (place: Place) => number,
): number {
  const best = (i: number, j: number, edited: boolean): number => {
    if (i === places.length && j === plate.length) return 1
    const ways: number[] = [0]
    const [place, truth] = [places[i], plate[j]]
    if (place && truth && (alike(place.char, truth) || !edited)) {
      ways.push(place.weight(truth) * best(i + 1, j + 1, edited || !alike(place.char, truth)))
    }
    if (place && !edited) ways.push(table.inserted[place.char]! * all(place) * best(i + 1, j, true))
    if (truth && !edited) ways.push(table.deleted[truth]! * best(i, j + 1, true))
    return Math.max(...ways)
  }
  return Math.abs(plate.length - places.length) > 1 ? 0 : best(0, 0, false)
}
