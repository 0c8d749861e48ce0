import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type Case, caseParser } from '@sightline/schemas/case'
import { CASES } from '@sightline/schemas/streams'
import { type ErasableRecords, openErasable, type Stored } from '../shared/records.ts'
import { mirrorBucket } from '../shared/watch-values.ts'

export interface CaseStore extends ErasableRecords<Case> {
  /**
   * Cases from the copy in memory, newest first: use it to find cases, and `find` to decide.
   * @throws BROKER_FAILED when the copy has lost its bucket
   */
  select(keep: (one: Case) => boolean): Case[]
}

/** Sort key of a case by creation; a token. */
export const placeOf = ({ createdAt, id }: Case): string =>
  `${Date.parse(createdAt).toString(36).padStart(9, '0')}_${id}`

/** Within this time the copy drops a case whose erasing process was killed before it could notify others. */
const RECHECK_MS = 10 * 60_000

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
  const records = await openErasable(link, KIND, log)
  const copy = new Map<string, Stored<Case>>()
  const note = (key: string, stored: Stored<Case>) => {
    const known = copy.get(key)
    if (!known || known.revision < stored.revision) copy.set(key, stored)
    return stored
  }
  let timer: NodeJS.Timeout | undefined
  stop.addEventListener('abort', () => clearInterval(timer))
  const { requireCurrent } = await mirrorBucket(
    link,
    KIND,
    { things: 'cases', log, stop },
    {
      put: (key, value, revision) => void note(key, { value, revision }),
      remove: (key) => void copy.delete(key),
    },
  )
  /** Drops cases that are gone from the bucket without a notification (AUD-6). */
  const recheck = async () => {
    const before = [...copy]
    const { found, malformed } = await records.census()
    const there = new Set([...found.map(({ value }) => value.id), ...malformed])
    for (const [key, stored] of before) {
      // Checked again one by one: a census cut short by the connection would drop existing cases.
      if (there.has(key) || (await records.find(key))) continue
      if (copy.get(key) === stored) copy.delete(key)
    }
  }
  timer = setInterval(() => {
    recheck().catch((err) =>
      log.warn({ err }, 'could not compare the copy of the cases in memory; will try again'),
    )
  }, recheckMs)
  timer.unref()
  return {
    ...records,
    put: async (key, value, revision) => note(key, await records.put(key, value, revision)),
    erase: async (key, revision) => {
      await records.erase(key, revision)
      copy.delete(key)
    },
    select: (keep) => {
      requireCurrent()
      const found = [...copy.values()].map(({ value }) => value).filter(keep)
      return found.sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
    },
  }
}
