import { JetStreamApiError } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { openEntries } from '@sightline/broker/latest'
import { ask, type Link } from '@sightline/broker/link'
import { readValues } from '@sightline/broker/read-stored'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Static, TSchema } from 'typebox'
import { conflictOf } from './conflict.ts'
import { logLeftOut, MalformedRecord } from './left-out.ts'
import { type Kind, parseValue } from './watch-values.ts'

/** A value with its revision in the bucket. */
export interface Stored<T> {
  value: T
  revision: number
}

/** A bucket with one kind of value; every write is a compare-and-set on the revision that was read. */
export interface Records<T> {
  /**
   * The value in the bucket at this moment.
   * @throws RECORD_MALFORMED (a MalformedRecord), BROKER_UNREACHABLE, BROKER_FAILED
   */
  find(key: string): Promise<Stored<T> | undefined>
  /** The same. @throws NOT_FOUND */
  get(key: string): Promise<Stored<T>>
  /**
   * Stores a value that replaces `revision`; 0 for a new one.
   * @throws CONFLICT when somebody else changed it meanwhile, BROKER_UNREACHABLE, BROKER_FAILED
   */
  put(key: string, value: T, revision: number): Promise<Stored<T>>
  /** Removes a value, whatever its revision. */
  remove(key: string): Promise<void>
  /** All values, read from the bucket: for sweeps; lists have a copy (mirror-records.ts). Malformed values are left out. */
  all(): Promise<Stored<T>[]>
  /** The same, with the keys of malformed values: for callers who act on something being absent. */
  census(): Promise<Census<T>>
}

export interface Census<T> {
  found: Stored<T>[]
  malformed: ReadonlySet<string>
  /** Of both. */
  keys: ReadonlySet<string>
}

/** Only the values. */
export const valuesOf = async <T>(store: { all(): Promise<Stored<T>[]> }): Promise<T[]> =>
  (await store.all()).map(({ value }) => value)

/** Records with a retention period: deleted content is overwritten on disk (AUD-6). */
export interface ErasableRecords<T> extends Records<T> {
  /**
   * Overwrites a value at `revision`, then notifies those who follow the bucket.
   * @throws CONFLICT when somebody else changed it meanwhile, BROKER_UNREACHABLE, BROKER_FAILED
   */
  erase(key: string, revision: number): Promise<void>
}

/** The values among what was read of a bucket. @param log receives malformed ones */
export function valuesIn<S extends TSchema>(
  kind: Kind<S>,
  values: readonly { key: string; value: Uint8Array; revision: number }[],
  log: Logger,
): Census<Static<S>> {
  const found: Stored<Static<S>>[] = []
  const malformed = new Set<string>()
  for (const { key, value, revision } of values) {
    try {
      found.push({ value: parseValue(kind, key, value), revision })
    } catch (thrown) {
      logLeftOut(log, { store: kind.store, key, revision }, thrown)
      malformed.add(key)
    }
  }
  return { found, malformed, keys: new Set(values.map(({ key }) => key)) }
}

/** Whether JetStream says that a message does not exist (any longer); its own code, or in a cluster the general one. */
const isGone = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === 10043 || (error.code === 10057 && /not found|no message/i.test(error.message)))

/** @throws as `openRecords` */
export async function openErasable<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  log: Logger,
): Promise<ErasableRecords<Static<S>>> {
  const records = await openRecords(link, kind, log)
  const { store: bucketName, what } = kind
  return {
    ...records,
    erase: async (key, revision) => {
      await ask(link, `delete the ${what}`, async () => {
        try {
          await link.manager.streams.deleteMessage(`KV_${bucketName}`, revision, true)
        } catch (error) {
          if (!isGone(error)) throw error
          throw new SightlineError('CONFLICT', `someone else has changed the ${what}`, {
            cause: error,
            hint: 'Read it again, then delete it if that is still right.',
          })
        }
      })
      await records.remove(key)
    },
  }
}

/**
 * @param log receives malformed values
 * @throws BROKER_FAILED when there is no bucket
 */
export async function openRecords<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  log: Logger,
): Promise<Records<Static<S>>> {
  type T = Static<S>
  const { store: bucketName, what, seal } = kind
  const bucket = await ask(link, `open the bucket ${bucketName}`, () => new Kvm(link.js).open(bucketName))
  const read = await ask(link, `open the bucket ${bucketName}`, () => openEntries(link, bucketName))

  const find = async (key: string): Promise<Stored<T> | undefined> => {
    const entry = await ask(link, `read the ${what}`, () => read(key))
    if (!entry) return undefined
    const { value, revision } = entry
    try {
      return { value: parseValue(kind, key, value), revision }
    } catch (thrown) {
      logLeftOut(log, { store: bucketName, key, revision }, thrown)
      // Not treated as missing, as some do with malformed values: somebody without the right wrote it.
      if (toSightlineError(thrown).code === 'SEAL_WRONG') throw thrown
      throw new MalformedRecord(what, revision, thrown)
    }
  }

  const census = async (): Promise<Census<T>> => {
    // Not the library's watch: it leaves a consumer at the broker for each list that somebody looks at.
    const range = { bucket: bucketName, filter: '>', latestOnly: true }
    return valuesIn(
      kind,
      await ask(link, `read the bucket ${bucketName}`, () => readValues(link, range)),
      log,
    )
  }
  return {
    find,
    get: async (key) => {
      const found = await find(key)
      if (!found) throw new SightlineError('NOT_FOUND', `there is no ${what} ${key}`)
      return found
    },
    put: async (key, value, previousSeq) => {
      const revision = await ask(link, `store the ${what}`, async () => {
        try {
          const plain = JSON.stringify(value)
          const text = seal ? seal.close(bucketName, key, plain) : plain
          // `create` can also replace a removed value.
          if (previousSeq === 0) return await bucket.create(key, text)
          return await bucket.put(key, text, { previousSeq })
        } catch (error) {
          throw conflictOf(error, what) ?? error
        }
      })
      return { value, revision }
    },
    remove: (key) => ask(link, `remove the ${what}`, () => bucket.delete(key)),
    all: async () => (await census()).found,
    census,
  }
}
