import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type AlertWork, alertWorkParser } from '@sightline/schemas/alert-work'
import { ALERT_WORK } from '@sightline/schemas/streams'
import { ignoreMalformed } from '../shared/left-out.ts'
import { openRecords, type Records, type Stored } from '../shared/records.ts'
import { mirrorBucket, type Taker } from '../shared/watch-values.ts'
import { type Verdict, verdictOf } from './precision.ts'

export interface AlertWorkStore extends Pick<Records<AlertWork>, 'find' | 'put' | 'all'> {
  /** The work on each of these alerts; no entry for alerts that nobody worked on. */
  of(alertIds: readonly string[]): Promise<Map<string, AlertWork>>
  /** All kept verdicts, from a copy in memory. @throws BROKER_FAILED when it has lost its bucket */
  verdicts(): Iterable<Verdict>
  /** Whether an alert was judged, from the same copy. @throws BROKER_FAILED */
  isJudged(alertId: string): boolean
  /** Displays of which a person is verifying an alert at this moment. */
  claimedBy(who: string, now: number): ReadonlySet<string>
  /** Calls `listener` with each change, by any process. @returns a function that ends this */
  onChanged(listener: (work: AlertWork) => void): () => void
}

const KIND = {
  store: ALERT_WORK,
  parser: alertWorkParser,
  what: 'work on the alert',
  keyOf: ({ alertId }: AlertWork) => alertId,
}

/**
 * Opens the bucket and waits until its verdicts are in memory; the copy follows the bucket until `stop` is aborted.
 * @throws BROKER_FAILED when there is no bucket
 */
export async function openAlertWork(link: Link, log: Logger, stop: AbortSignal): Promise<AlertWorkStore> {
  const records = await openRecords(link, KIND, log)
  const verdicts = new Map<string, Verdict>()
  const claims = new Map<string, { by: string; until: string; displayId: string }>()
  const listeners = new Set<(work: AlertWork) => void>()
  /** Alerts that somebody has worked on: few, and the only ones that a list must read. */
  const worked = new Set<string>()
  const keep = (key: string, work: AlertWork) => {
    worked.add(key)
    const verdict = verdictOf(work)
    if (verdict) verdicts.set(key, verdict)
    if (work.state === 'claimed' && work.claim) claims.set(key, { ...work.claim, displayId: work.displayId })
    else claims.delete(key)
  }
  const taker: Taker<AlertWork> = {
    put(key, work) {
      keep(key, work)
      for (const listener of listeners) listener(work)
    },
    remove(key) {
      worked.delete(key)
      verdicts.delete(key)
      claims.delete(key)
    },
  }
  const { requireCurrent } = await mirrorBucket(
    link,
    KIND,
    { things: 'verdicts on alerts', log, stop },
    taker,
  )
  const current = () => {
    requireCurrent()
    return verdicts
  }
  return {
    find: records.find,
    put: async (key, work, revision) => {
      const stored = await records.put(key, work, revision)
      // Valid here from now on; in other processes once the bucket tells them.
      keep(key, work)
      return stored
    },
    all: records.all,
    of: async (alertIds) => {
      requireCurrent()
      const candidates = alertIds.filter((id) => worked.has(id))
      const found = await Promise.all(candidates.map((id) => records.find(id).catch(ignoreMalformed)))
      return new Map(found.filter((stored) => stored !== undefined).map(entryOf))
    },
    verdicts: () => current().values(),
    isJudged: (alertId) => current().has(alertId),
    claimedBy: (who, now) => {
      // What is not known here would be shown: the plate that somebody is reading in an image (DSP-7).
      requireCurrent()
      const own = [...claims.values()].filter(({ by, until }) => by === who && now < Date.parse(until))
      return new Set(own.map(({ displayId }) => displayId))
    },
    onChanged: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const entryOf = ({ value }: Stored<AlertWork>): [string, AlertWork] => [value.alertId, value]
