import type { ConfusionFile } from '@sightline/matching/measured-confusion'
import type { SingleRead } from './scoring.ts'

/** Counts which characters are read as which, over reads aligned with the truth by edit distance. Pure. */

/** A true character and what was read in its place; null: nothing was read there, or nothing is there. */
export type Pair = readonly [truth: string | null, read: string | null]

/** Only published reads (`./sightline edge run --min-confidence`) are compared with displays. */
const PUBLISHED = 0.5
/** A read that differs in more than this share of its characters is not a read of the plate. */
const UNRELATED = 0.5

/** The cheapest way to turn the truth into the read, character by character; lookalikes are not folded. */
export function align(truth: string, read: string): Pair[] {
  const cost = Array.from({ length: truth.length + 1 }, (_, i) =>
    Array.from({ length: read.length + 1 }, (_, j) => i + j),
  )
  for (let i = 1; i <= truth.length; i++) {
    for (let j = 1; j <= read.length; j++) {
      cost[i]![j] = Math.min(
        cost[i - 1]![j - 1]! + (truth[i - 1] === read[j - 1] ? 0 : 1),
        cost[i - 1]![j]! + 1,
        cost[i]![j - 1]! + 1,
      )
    }
  }
  const pairs: Pair[] = []
  for (let i = truth.length, j = read.length; i > 0 || j > 0; ) {
    const here = cost[i]![j]!
    const differs = truth[i - 1] === read[j - 1] ? 0 : 1
    if (i > 0 && j > 0 && here === cost[i - 1]![j - 1]! + differs) pairs.push([truth[--i]!, read[--j]!])
    else if (i > 0 && here === cost[i - 1]![j]! + 1) pairs.push([truth[--i]!, null])
    else pairs.push([null, read[--j]!])
  }
  return pairs.reverse()
}

/** How the plates' characters were read. */
export interface Confusion {
  /** Published reads that were counted; unrelated ones, such as signs, are left out. */
  readonly reads: number
  /** How often each pair occurred: by true character ('' where there is none), then by the one read ('' for none). */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export function confusionOf(reads: readonly SingleRead[]): Confusion {
  const counts = new Map<string, Map<string, number>>()
  let counted = 0
  for (const { label, best } of reads) {
    if (!best || label.text === null || best.confidence < PUBLISHED) continue
    const pairs = align(label.text, best.text)
    if (pairs.filter(([truth, read]) => truth !== read).length > UNRELATED * label.text.length) continue
    counted++
    for (const [truth, read] of pairs) {
      const row = counts.get(truth ?? '') ?? new Map<string, number>()
      counts.set(truth ?? '', row.set(read ?? '', (row.get(read ?? '') ?? 0) + 1))
    }
  }
  return { reads: counted, counts }
}

/** The most common mistakes, in words for a person: `B→8`, `1→` (lost), `→1` (read where nothing is). */
export function topConfusions({ counts }: Confusion, most: number): { as: string; count: number }[] {
  return [...counts]
    .flatMap(([truth, row]) =>
      [...row].map(([read, count]) => ({ truth, as: `${truth}→${read}`, read, count })),
    )
    .filter(({ truth, read }) => truth !== read)
    .sort((a, b) => b.count - a.count || (a.as < b.as ? -1 : 1))
    .slice(0, most)
    .map(({ as, count }) => ({ as, count }))
}

/** The file that the matcher reads (bench/README.md says what each field means): characters in order. */
export function confusionFile(
  { reads, counts }: Confusion,
  about: Pick<ConfusionFile, 'source' | 'engine' | 'version'>,
): ConfusionFile {
  const truths = [...counts.keys()].filter((truth) => truth !== '').sort()
  const rows = truths.map((truth) => {
    const row = counts.get(truth)!
    const count = total(row)
    const read = shares(row, count)
    const { '': deleted = 0, ...kept } = read
    return [truth, { count, read: kept, deleted, counts: sorted(row) }] as const
  })
  const inserted = counts.get('') ?? new Map<string, number>()
  const characters = rows.reduce((sum, [, { count }]) => sum + count, 0)
  return {
    ...about,
    reads,
    characters: Object.fromEntries(rows),
    inserted: { rate: rounded(total(inserted) / characters), counts: sorted(inserted) },
  }
}

const total = (row: ReadonlyMap<string, number>): number =>
  [...row.values()].reduce((sum, count) => sum + count, 0)

const sorted = (row: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...row].sort(([a], [b]) => (a < b ? -1 : 1)))

const shares = (row: ReadonlyMap<string, number>, count: number): Record<string, number> =>
  Object.fromEntries(Object.entries(sorted(row)).map(([read, n]) => [read, rounded(n / count)]))

const rounded = (value: number): number => Number(value.toFixed(6))
