import { random } from '@sightline/vendor-sim/world/random'
import type { Possible } from './possible.ts'

/** The alerts that one sighting would raise. */
export interface Outcome {
  /** Number of the vehicle, or of the fold. */
  readonly group: number
  readonly misread: boolean
  /** For a misread: the probability with which its own display is found; 0 if it is not. */
  readonly own: number
  /** Plates other than the vehicle's. */
  readonly others: readonly Omit<Possible, 'region'>[]
}

export interface Totals {
  sightings: number
  misread: number
  recovered: number
  /** Expected number of false alerts, with one display. */
  false: number
}

export const FOLDS = 5

export function totalsOf(outcomes: readonly Outcome[], threshold: number): Totals {
  const totals = { sightings: outcomes.length, misread: 0, recovered: 0, false: 0 }
  for (const { misread, own, others } of outcomes) {
    if (misread) totals.misread++
    if (misread && own >= threshold) totals.recovered++
    for (const { probability, share } of others) if (probability >= threshold) totals.false += share
  }
  return totals
}

export function sum(all: readonly Totals[]): Totals {
  const totals = { sightings: 0, misread: 0, recovered: 0, false: 0 }
  for (const one of all) for (const name of Object.keys(totals) as (keyof Totals)[]) totals[name] += one[name]
  return totals
}

/**
 * For each fold the lowest threshold at which no set has more than `most` false alerts a sighting with one display, by the
 * other folds alone.
 * @param thresholds ascending; where none will do, the last
 */
export function chosenThresholds(
  sets: readonly (readonly Outcome[])[],
  thresholds: readonly number[],
  most: number,
): number[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const chosen = thresholds.find((threshold) =>
      sets.every((set) => {
        const others = totalsOf(
          set.filter(({ group }) => group % FOLDS !== fold),
          threshold,
        )
        return others.false <= most * others.sightings
      }),
    )
    return chosen ?? thresholds.at(-1)!
  })
}

/** Totals of each group, each at the threshold of its fold. */
export function totalsByGroup(outcomes: readonly Outcome[], thresholds: readonly number[]): Totals[] {
  const groups = new Map<number, Outcome[]>()
  for (const outcome of outcomes) {
    const { group } = outcome
    if (!groups.has(group)) groups.set(group, [])
    groups.get(group)!.push(outcome)
  }
  return Array.from(groups, ([group, ours]) => totalsOf(ours, thresholds[group % FOLDS]!))
}

/** The range of 95 % of a thousand bootstrap draws of the groups. */
export function interval(groups: readonly Totals[], figure: (totals: Totals) => number): [number, number] {
  const rng = random('bench-match', 'interval')
  const figures = Array.from({ length: 1000 }, () => figure(sum(groups.map(() => rng.pick(groups)))))
  figures.sort((a, b) => a - b)
  return [figures[25]!, figures[974]!]
}
