import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '@sightline/schemas/errors'
import type { AuditEntry, AuditLog } from '../audit/log.ts'
import { recordRefusals } from '../audit/refusals.ts'
import { isAsSeen } from '../shared/etag.ts'
import type { Records, Stored } from '../shared/records.ts'

/** One change of one stored object. */
export interface Change<T> {
  records: Pick<Records<T>, 'get' | 'put'>
  key: string
  /** The revision that the caller has seen, from the header; `*`: any revision. */
  ifMatch: string | undefined
  entry: AuditEntry
  /** Checks that the caller may know of it, and change it. @throws NOT_FOUND, NOT_ALLOWED */
  may(value: T): void | Promise<void>
  /** The object after the change. @throws a SightlineError saying which rule refuses */
  next(value: T): T | Promise<T>
}

/** How often a change with `If-Match: *` is computed again after another writer was first. */
const ATTEMPTS = 200

/**
 * Computes a change, records it, then stores it against the revision it was computed from. Of two simultaneous changes,
 * one gets a conflict, or is computed again if the caller sent `If-Match: *`. A refusal is recorded, too.
 * @throws PRECONDITION_MISSING without If-Match, CONFLICT, what `may` and `next` throw, AUDIT_UNAVAILABLE
 */
export async function change<T>(
  audit: Pick<AuditLog, 'record'>,
  { records, key, ifMatch, entry, may, next }: Change<T>,
): Promise<Stored<T>> {
  const compute = () =>
    recordRefusals(audit, entry, async () => {
      const { value, revision } = await records.get(key)
      // First check whether they may know of it at all.
      await may(value)
      requireSeen(ifMatch, revision)
      return { changed: await next(value), revision }
    })
  let { changed, revision } = await compute()
  await audit.record(entry)
  for (let attempt = 1; ; attempt++) {
    try {
      return await records.put(key, changed, revision)
    } catch (error) {
      const isBehind = error instanceof SightlineError && error.code === 'CONFLICT'
      if (!isBehind || ifMatch !== '*' || attempt === ATTEMPTS) throw error
      await pause(Math.random() * Math.min(50, attempt * 2))
      ;({ changed, revision } = await compute())
    }
  }
}

/** @throws PRECONDITION_MISSING, CONFLICT */
export function requireSeen(ifMatch: string | undefined, revision: number): void {
  if (ifMatch === undefined) {
    throw new SightlineError('PRECONDITION_MISSING', 'the If-Match header is missing', {
      hint: 'Send the ETag of the version you read, or * for any version.',
    })
  }
  if (isAsSeen(ifMatch, revision)) return
  throw new SightlineError('CONFLICT', 'it has changed since you read it', {
    hint: 'Read it again, then repeat the change with the new ETag if it is still right.',
  })
}
