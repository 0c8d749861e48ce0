import { several } from '@sightline/schemas/several'
import { groupBy, type SignalFinder, signal } from './signal.ts'

const DAY_MS = 86_400_000

/** A person who searches far more than their peers, counting only days on which each searches at all. */
export const volume: SignalFinder = ({ questions }, { thresholds }) => {
  const { volumeTimes, volumeLeast, volumePeers } = thresholds
  const rates = [...groupBy(questions, ({ person }) => person)].map(([person, asked]) => {
    const days = new Set(asked.map(({ at }) => Math.floor(at / DAY_MS))).size
    return { person, asked, rate: asked.length / days }
  })
  return rates.flatMap(({ person, asked, rate }) => {
    const peers = rates.filter((other) => other.person !== person).map((other) => other.rate)
    if (peers.length < volumePeers || asked.length < volumeLeast) return []
    const usual = median(peers)
    if (rate < volumeTimes * usual) return []
    return signal('volume', [person], null, asked, {
      explanation: `${person} made ${rate.toFixed(1)} queries per active day (${asked.length} in all); the median of ${several(peers.length, 'peer')} is ${usual.toFixed(1)}, and ${several(volumeTimes, 'time')} that or more is unusual.`,
      perhaps: 'The person may search for a whole unit, or work on a matter with many vehicles.',
    })
  })
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
