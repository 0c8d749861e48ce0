import { several } from '@sightline/schemas/several'
import { groupBy, type SignalFinder, signal } from './signal.ts'

const DAY_MS = 86_400_000

/** Queries that found something, after which nothing was saved and nobody worked on the case. */
export const noFollowUp: SignalFinder = ({ questions, results, saved, work, to }, { thresholds }) => {
  const { followUpDays, followUpLeast, followUpShare } = thresholds
  const span = followUpDays * DAY_MS
  // Recent queries may still be followed up.
  const found = questions.filter(
    ({ query, at }) => query !== null && (results.get(query) ?? 0) > 0 && at + span <= to,
  )
  return [...groupBy(found, ({ person }) => person)].flatMap(([person, asked]) => {
    const idle = asked.filter(({ query, caseRef, at }) => {
      const times = work.get(caseRef) ?? []
      return !saved.has(query!) && !times.some((when) => when >= at && when <= at + span)
    })
    if (asked.length < followUpLeast || idle.length * 100 < followUpShare * asked.length) return []
    return signal('no-follow-up', [person], null, idle, {
      explanation: `After ${idle.length} of ${several(asked.length, 'query', 'queries')} by ${person} that found something, nothing was saved and nobody worked on the case for ${several(followUpDays, 'day')}; ${followUpShare} % or more, of at least ${several(followUpLeast, 'query', 'queries')}, is unusual.`,
      perhaps: 'Queries that rule a vehicle out leave no trace: ask what they were for.',
    })
  })
}
