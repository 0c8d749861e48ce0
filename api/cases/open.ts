import type { Link } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { CACHE_HOURS, checkCacheHours, openQueryCache, type QueryCache } from '../history/cache.ts'
import type { CaseGate } from '../history/case-gate.ts'
import { openSearchPlaces, type SearchPlaces } from '../history/places.ts'
import { type Outcome, outcomeParser } from '../plugins/app/idempotency.ts'
import { openRecords, type Records } from '../shared/records.ts'
import { createCaseGate } from './gate.ts'
import { type CaseStores, openCaseStores } from './stores.ts'

export interface CaseOptions {
  /** How long query results are cached, hours; 4 to 24 (QRY-7), 8 without it. */
  cacheHours?: number
  /** Searches without a plate need a second person's approval (QRY-6). */
  secondPerson?: boolean
}

/** What the routes for cases and queries need. */
export interface CaseDeps extends CaseStores {
  caseGate: CaseGate
  queryCache: QueryCache
  searchPlaces: SearchPlaces
  /** Outcomes of writes that may be sent again. */
  writes: Records<Outcome>
}

/** @throws CONFIG_INVALID (QRY-7), BROKER_DRIFTED, BROKER_UNREACHABLE, BROKER_FAILED */
export async function openCaseDeps(
  link: Link,
  { cacheHours = CACHE_HOURS.default, secondPerson = false }: CaseOptions,
  { clock, log, stop }: { clock: Clock; log: Logger; stop: AbortSignal },
): Promise<CaseDeps> {
  checkCacheHours(cacheHours)
  const queryCache = await openQueryCache(link, { hours: cacheHours, clock, log })
  const stores = await openCaseStores(link, log, stop)
  return {
    ...stores,
    queryCache,
    searchPlaces: await openSearchPlaces(link, { hours: cacheHours, clock, log }),
    caseGate: createCaseGate(stores.cases, { secondPerson }, clock),
    writes: await openRecords(link, { store: WRITES_DONE, parser: outcomeParser, what: 'write' }, log),
  }
}
