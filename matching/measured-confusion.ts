import { createParser, Probability } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import { type ConfusionTable, priorTable } from './confusion.ts'

const Character = Type.String({ pattern: '^[A-Z0-9]$' })
const Count = Type.Integer({ minimum: 0 })
/** By character read; empty: none was seen. */
const Counts = Type.Record(Type.String({ pattern: '^[A-Z0-9]?$' }), Count)

/** How a recognizer erred on plates whose text is known; `./sightline bench recognition --confusion` writes it. */
export const ConfusionFile = Type.Object(
  {
    source: Type.String({ description: 'The command that measured it' }),
    engine: Type.String(),
    version: Type.String({ description: 'Of the engine' }),
    reads: Count,
    characters: Type.Record(
      Character,
      Type.Object({
        count: Count,
        read: Type.Record(Character, Probability, {
          description: 'Share of each character read in its place',
        }),
        deleted: Probability,
        counts: Counts,
      }),
      { description: 'By true character' },
    ),
    inserted: Type.Object({
      rate: Type.Number({
        minimum: 0,
        description: 'Characters read although there is none, per true one',
      }),
      counts: Counts,
    }),
  },
  { title: 'ConfusionFile' },
)
export type ConfusionFile = Static<typeof ConfusionFile>

export const confusionFileParser = createParser('confusion table', ConfusionFile)

/** The prior counts as much as this many observed characters of a kind. */
const PRIOR_WEIGHT = 100

/** The measurements, combined with the prior for what was seen rarely or never. */
export function measuredTable({ characters, inserted }: ConfusionFile, prior = priorTable()): ConfusionTable {
  const chars = Object.keys(prior.read)
  const seen = chars.reduce((sum, char) => sum + (characters[char]?.count ?? 0), 0)
  const mix = (count: number, of: number, believed: number, weight = PRIOR_WEIGHT) =>
    (count + weight * believed) / (of + weight)
  const of = <Value>(value: (char: string) => Value) =>
    Object.fromEntries(chars.map((char) => [char, value(char)]))
  const row = (char: string) => characters[char] ?? { count: 0, counts: {} as Record<string, number> }
  return {
    read: of((truth) => {
      const { count, counts } = row(truth)
      return of((char) => mix(counts[char] ?? 0, count, prior.read[truth]![char]!))
    }),
    deleted: of((truth) => mix(row(truth).counts[''] ?? 0, row(truth).count, prior.deleted[truth]!)),
    // Any place may gain any character: all observed characters are the sample.
    inserted: of((char) =>
      mix(inserted.counts[char] ?? 0, seen, prior.inserted[char]!, PRIOR_WEIGHT * chars.length),
    ),
    doubt: prior.doubt,
  }
}
