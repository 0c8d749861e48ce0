import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import type { Static, TSchema } from 'typebox'
import { createCopy } from './copy.ts'
import { type ErasableRecords, openErasable, openRecords, type Records, type Stored } from './records.ts'
import { type Kind, mirrorBucket } from './watch-values.ts'

/** Within this time a copy drops a value whose erasing process was killed before it could notify others. */
export const RECHECK_MS = 600_000

export interface MirrorOptions {
  /** Name of the values in errors: `cases`. */
  things: string
  log: Logger
  /** Ends the following. */
  stop: AbortSignal
  /** Time between two comparisons of the copy with the bucket. */
  recheckMs?: number
  /** Time between two questions whether the bucket is still the same. */
  sameMs?: number
}

/** Records whose lists come from memory, which has this process's own writes at once and those of others a moment later. */
export interface Mirrored<T> extends Records<T> {
  /** Like `all`, at once. @throws BROKER_FAILED when the copy has lost its bucket */
  held(): Iterable<Stored<T>>
  /** One of them, for lists; `find` decides. @throws BROKER_FAILED when the copy has lost its bucket */
  glance(key: string): Stored<T> | undefined
}

/** The same of records with a retention period. */
export interface MirroredErasable<T> extends ErasableRecords<T>, Mirrored<T> {}

/** @returns when the copy is complete @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket */
export async function openMirrored<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  options: MirrorOptions,
): Promise<Mirrored<Static<S>>> {
  return mirrorRecords(link, kind, await openRecords(link, kind, options.log), options)
}

/** @returns when the copy is complete @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket */
export async function openMirroredErasable<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  options: MirrorOptions,
): Promise<MirroredErasable<Static<S>>> {
  const records = await openErasable(link, kind, options.log)
  const { forget, ...mirrored } = await mirrorRecords(link, kind, records, options)
  return {
    ...mirrored,
    erase: async (key, revision) => {
      await records.erase(key, revision)
      forget(key)
    },
  }
}

/**
 * Keeps a copy of a bucket in memory for its lists, which would else read and parse the whole bucket at each request. Single
 * values are still read from the bucket: whoever decides by one has it as it is at this moment.
 */
async function mirrorRecords<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  records: Records<Static<S>>,
  { things, log, stop, recheckMs = RECHECK_MS, sameMs }: MirrorOptions,
): Promise<Mirrored<Static<S>> & { forget(key: string): void }> {
  type T = Static<S>
  const copy = createCopy<T>()
  let timer: NodeJS.Timeout | undefined
  stop.addEventListener('abort', () => clearInterval(timer))
  const { requireCurrent } = await mirrorBucket(
    link,
    kind,
    { things, log, stop, ...(sameMs !== undefined && { sameMs }) },
    {
      put: (key, value, revision) => copy.told(key, { value, revision }),
      remove: (key, _, revision) => copy.toldGone(key, revision),
    },
  )
  /** Drops what is gone from the bucket without a notification (AUD-6): its process may have ended between the two. */
  const recheck = async () => {
    const before = [...copy.entries()]
    const { keys } = await records.census()
    for (const [key, stored] of before) {
      // Checked again one by one: a census cut short by the connection would drop what exists.
      if (keys.has(key) || (await records.find(key))) continue
      if (copy.get(key) === stored) copy.drop(key)
    }
  }
  timer = setInterval(() => {
    recheck().catch((err) =>
      log.warn({ err }, `could not compare the copy of the ${things} in memory; will try again`),
    )
  }, recheckMs)
  timer.unref()

  const held = () => {
    requireCurrent()
    return copy.values()
  }
  const glance = (key: string) => {
    requireCurrent()
    return copy.get(key)
  }
  const forget = copy.removed
  return {
    ...records,
    put: async (key, value, revision) => copy.write(key, records.put(key, value, revision)),
    remove: async (key) => {
      await records.remove(key)
      forget(key)
    },
    all: async () => [...held()],
    ...{ held, glance, forget },
  }
}
