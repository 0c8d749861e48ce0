import { several } from '@sightline/schemas/several'
import type { Question } from '../conduct.ts'
import { covers } from '../plates.ts'
import { groupBy, type SignalFinder, signal } from './signal.ts'

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

/**
 * Plates that are close to the person who names them, as configured: their own, a relative's, a colleague's. Once is
 * enough.
 */
export const closePlate: SignalFinder = ({ namings }, { settings }) =>
  settings.closePlates.flatMap(({ plate, relation, people }) => {
    const named = namings.filter(
      ({ person, plate: written }) =>
        (people.length === 0 || people.includes(person)) && covers(written, plate),
    )
    return [...groupBy(named, ({ person }) => person)].map(([person, evidence]) =>
      signal('close-plate', [person], plate, evidence, {
        explanation: `${person} named a plate ${several(evidence.length, 'time')} that is configured as ${relation}${people.length > 0 ? ' to them' : ', for everybody'}.`,
        perhaps:
          "The vehicle may be part of the case: stolen, cloned, or a witness's. Then someone who is not close to it should search.",
      }),
    )
  })

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
