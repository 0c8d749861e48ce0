import { groupBy, type SignalFinder, signal } from './signal.ts'

const HOUR_MS = 3_600_000

/** One person searches for one plate again and again. Repeats within an hour count as one: a page was reloaded. */
export const againAndAgain: SignalFinder = ({ questions }, { thresholds }) => {
  const pairs = groupBy(questions, ({ person, plate }) => (plate === null ? null : `${person} ${plate}`))
  return [...pairs.values()].flatMap((asked) => {
    const hours = new Set(asked.map(({ at }) => Math.floor(at / HOUR_MS))).size
    if (hours < thresholds.sameHours) return []
    const { person, plate } = asked[0]!
    return signal('again-and-again', [person], plate, asked, {
      explanation: `${person} searched for one plate in ${hours} different hours; ${thresholds.sameHours} or more is unusual, because a watchlist entry would report new reads.`,
      perhaps: 'The vehicle may be followed in an operation, and nobody thought of a watchlist entry.',
    })
  })
}
