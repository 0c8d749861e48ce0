import { several } from '@sightline/schemas/several'
import type { Question } from '../conduct.ts'
import { groupBy, type SignalFinder, signal } from './signal.ts'

const HOUR_MS = 3_600_000

/** Many people search for one plate at the same time, each for another case: curiosity about somebody well known. */
export const spike: SignalFinder = ({ questions }, { thresholds }) => {
  const { spikePeople, spikeCases, spikeHours } = thresholds
  return [...groupBy(questions, ({ plate }) => plate)].flatMap(([plate, asked]) => {
    const densest = densestWindow(asked, spikeHours * HOUR_MS)
    const people = [...new Set(densest.map(({ person }) => person))].sort()
    const cases = new Set(densest.map(({ caseRef }) => caseRef)).size
    if (people.length < spikePeople || cases < spikeCases) return []
    return signal('spike', people, plate, densest, {
      explanation: `${several(people.length, 'person', 'people')} searched for one plate within ${several(spikeHours, 'hour')}, for ${several(cases, 'case')}; ${several(spikePeople, 'person', 'people')} and ${several(spikeCases, 'case')} or more is unusual.`,
      perhaps:
        'Several units may work on one matter under their own case numbers, e.g. after an alert to all.',
    })
  })
}

/** The period of a given length with the most people. */
function densestWindow(asked: readonly Question[], lengthMs: number): Question[] {
  const byTime = [...asked].sort((a, b) => a.at - b.at || a.record - b.record)
  const counts = new Map<string, number>()
  let from = 0
  let best = { people: 0, from: 0, to: 0 }
  for (const [to, { at, person }] of byTime.entries()) {
    counts.set(person, (counts.get(person) ?? 0) + 1)
    for (; at - byTime[from]!.at > lengthMs; from++) {
      const leaves = byTime[from]!.person
      const rest = counts.get(leaves)! - 1
      if (rest === 0) counts.delete(leaves)
      else counts.set(leaves, rest)
    }
    if (counts.size > best.people) best = { people: counts.size, from, to: to + 1 }
  }
  return byTime.slice(best.from, best.to)
}
