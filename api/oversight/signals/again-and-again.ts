import { groupBy, type SignalFinder, signal } from './signal.ts'

const HOUR_MS = 3_600_000

/** One person who asks about one plate time and again. Repeats within an hour are one: a page was loaded again. */
export const againAndAgain: SignalFinder = ({ questions }, { thresholds }) => {
  const pairs = groupBy(questions, ({ person, plate }) => (plate === null ? null : `${person} ${plate}`))
  return [...pairs.values()].flatMap((asked) => {
    const hours = new Set(asked.map(({ at }) => Math.floor(at / HOUR_MS))).size
    if (hours < thresholds.sameHours) return []
    const { person, plate } = asked[0]!
    return signal('again-and-again', [person], plate, asked, {
      explanation: `${person} asked about one plate in ${hours} different hours; from ${thresholds.sameHours} on that is unusual: a watchlist entry would report new reads.`,
      perhaps: 'A vehicle that is followed in an operation, for which a display was not thought of.',
    })
  })
}
