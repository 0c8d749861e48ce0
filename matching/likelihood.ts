import type { FactConfusion } from './fact-confusion.ts'
import { VISITING } from './serials.ts'

/**
 * What a state, a color or a kind that a camera told says about a vehicle: the likelihood of what was told if it is the
 * watched vehicle, compared with any vehicle. docs/matching.md has the derivation, with an example.
 */

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
