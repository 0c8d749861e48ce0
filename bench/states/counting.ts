import type { FactConfusion } from '@sightline/matching/fact-confusion'

/** One read of a plate whose issuer is known. */
export interface FactRead {
  readonly truth: string
  readonly told: string
  /** As the engine states it. */
  readonly certainty: number
}

/** Upper ends of the ranges in which certainties are compared with how many are right; finer where it matters most. */
const ENDS = [
  0.2,
  0.3,
  0.4,
  0.5,
  0.6,
  0.7,
  0.8,
  0.9,
  0.95,
  0.98,
  0.99,
  0.995,
  0.999,
  Number.POSITIVE_INFINITY,
]

/** Counts which fact was told as which. Pure. */
export function factConfusion(reads: readonly FactRead[]): FactConfusion {
  const truths = new Map<string, number>()
  const rows = new Map<string, Map<string, number>>()
  for (const { truth, told } of reads) {
    truths.set(truth, (truths.get(truth) ?? 0) + 1)
    const row = rows.get(told) ?? new Map<string, number>()
    rows.set(told, row.set(truth, (row.get(truth) ?? 0) + 1))
  }
  const bins = ENDS.map((end, n) =>
    reads.filter(({ certainty }) => certainty < end && certainty >= (ENDS[n - 1] ?? 0)),
  )
  return {
    count: reads.length,
    truths: sorted(truths),
    reads: Object.fromEntries([...rows].sort(byName).map(([told, row]) => [told, sorted(row)])),
    certainty: bins
      .filter((bin) => bin.length > 0)
      .map((bin) => ({
        mean: round(bin.reduce((sum, { certainty }) => sum + certainty, 0) / bin.length),
        count: bin.length,
        right: bin.filter(({ truth, told }) => truth === told).length,
      })),
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)
const sorted = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].sort(byName))
const round = (value: number) => Math.round(value * 1e4) / 1e4
