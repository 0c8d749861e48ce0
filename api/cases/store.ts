import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type Case, caseParser } from '@sightline/schemas/case'
import { CASES } from '@sightline/schemas/streams'
import { type MirroredErasable, openMirroredErasable, RECHECK_MS } from '../shared/mirror-records.ts'

export interface CaseStore extends MirroredErasable<Case> {
  /**
   * Cases from the copy in memory, newest first: use it to find cases, and `find` to decide.
   * @throws BROKER_FAILED when the copy has lost its bucket
   */
  select(keep: (one: Case) => boolean): Case[]
}

/** Sort key of a case by creation; a token. */
export const placeOf = ({ createdAt, id }: Case): string =>
  `${Date.parse(createdAt).toString(36).padStart(9, '0')}_${id}`

const KIND = { store: CASES, parser: caseParser, what: 'case', keyOf: ({ id }: Case) => id }

/**
 * Opens the bucket of cases and waits until its copy in memory is complete; the copy follows the bucket until `stop` is
 * aborted, whichever process writes.
 * @param recheckMs time between two comparisons of the copy with the bucket
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openCases(
  link: Link,
  log: Logger,
  stop: AbortSignal,
  recheckMs = RECHECK_MS,
): Promise<CaseStore> {
  const options = { things: 'cases', log, stop, recheckMs }
  const records = await openMirroredErasable(link, KIND, options)
  return {
    ...records,
    select: (keep) => {
      const found: { one: Case; place: string }[] = []
      // The place is computed once for each, not at each comparison.
      for (const { value: one } of records.held()) if (keep(one)) found.push({ one, place: placeOf(one) })
      return found.sort((a, b) => (a.place < b.place ? 1 : -1)).map(({ one }) => one)
    },
  }
}
