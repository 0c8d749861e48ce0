import { type ConfusionTable, priorTable } from '../../../matcher/index/confusion.ts'
import { DEFAULT_MIN_PROBABILITY } from '../../../matcher/index/terms.ts'
import type { Display } from '../../../schemas/display.ts'
import type { Read } from '../../../schemas/read.ts'

/** The rules of matching in the plainest way: every display is looked at, every alignment weighed, with strings. */

export interface Expected {
  id: string
  kind: string
  probability: number
}

/** Serials of the property tests: some texts follow one, others none. */
export const SERIALS = ['@@', '#@', '@#', '@@@', '#@@', '###', '@##@', '####']

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
    if (Date.parse(read.seenAt) < Date.parse(display.createdAt)) continue
    if (display.region && read.region && display.region !== read.region) continue
    if (display.only?.minConfidence !== undefined && read.confidence < display.only.minConfidence) continue
    if (display.only?.colours && !display.only.colours.includes(read.vehicle?.colour ?? 'unknown')) continue
    const match = matchOf(display, read, table)
    if (match) found.push({ id: display.id, ...match })
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function matchOf(display: Display, read: Read, table: ConfusionTable): Omit<Expected, 'id'> | null {
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

/** Bayes: the plate displayed against the text read and all others, which need not exist. */
function probabilityOf(plate: string, read: Read, table: ConfusionTable): number {
  const shape = read.plate.replace(/[A-Z]/g, '@').replace(/[0-9]/g, '#')
  const sure = read.confidence * (1 - table.doubt) ** read.plate.length
  const share = shareOf(plate, read, table)
  const others = sure * (SERIALS.includes(shape) ? 0.25 : 0.03) + (1 - sure - share) * 0.25
  return share === 0 ? 0 : share / (share + others)
}

/** How much of the read's probability falls on a plate that is not its text. */
function shareOf(plate: string, read: Read, table: ConfusionTable): number {
  const { doubt } = table
  const length = read.plate.length
  const stated = read.chars.length === length
  const at = (i: number) => {
    const char = read.plate[i]!
    const given = stated ? read.chars[i]! : null
    const own = Math.min(Math.max(given?.confidence ?? read.confidence ** (1 / length), 0.001), 1 - doubt)
    const rest = (given?.alternatives ?? []).reduce((left, { confidence }) => left - confidence, 1 - own)
    const wrong = (truth: string) => (table.read[truth]?.[char] ?? 0) + 1e-5
    const all = CHARACTERS.filter((c) => c !== char).reduce((sum, c) => sum + wrong(c), 0)
    const ratio = (truth: string) => {
      if (truth === char) return 1
      const named = (given?.alternatives ?? []).filter((a) => a.char === truth).map((a) => a.confidence / own)
      return Math.max((Math.max(rest, doubt) / own) * (wrong(truth) / all), ...named)
    }
    return { char, own, ratio }
  }
  const places = Array.from(read.plate, (_, i) => at(i))
  const product = places.reduce((sum, { own }) => sum * own, 1)
  const mean = (rates: Record<string, number>) => CHARACTERS.reduce((sum, c) => sum + rates[c]!, 0)
  const indel = mean(table.deleted) / 36 + mean(table.inserted)
  const sure = read.confidence * (1 - doubt) ** length

  /** The best weight over all ways in which the rest of the plate gave the rest of the read. */
  const best = (i: number, j: number, edited: boolean): number => {
    if (i === length && j === plate.length) return 1
    const ways: number[] = [0]
    const [place, truth] = [places[i], plate[j]]
    if (place && truth && (alike(place.char, truth) || !edited)) {
      ways.push(place.ratio(truth) * best(i + 1, j + 1, edited || !alike(place.char, truth)))
    }
    if (place && !edited) ways.push((table.inserted[place.char]! / place.own) * best(i + 1, j, true))
    if (truth && !edited) ways.push(table.deleted[truth]! * best(i, j + 1, true))
    return Math.max(...ways)
  }
  if (Math.abs(plate.length - length) > 1) return 0
  return Math.min(((1 - sure) * product * best(0, 0, false)) / (1 - product + length * indel), 1 - sure)
}
