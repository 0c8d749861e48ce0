import { JetStreamApiError } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { TSchema } from 'typebox'
import { latestEntry } from '../../broker/latest.ts'
import { ask, type Link } from '../../broker/link.ts'
import { watchBucket } from '../../broker/watch-bucket.ts'
import { SightlineError, toSightlineError } from '../../schemas/errors.ts'
import type { Reader } from '../../schemas/message.ts'
import { changedMeanwhile } from './conflict.ts'
import type { Seal } from './seal.ts'

/** A value with the revision of the bucket at which it stood so. */
export interface Stored<T> {
  value: T
  revision: number
}

/** A bucket of one kind of thing; every write is a compare-and-set on the revision that was read. */
export interface Records<T> {
  /** As the bucket has it at this moment. @throws BROKER_UNREACHABLE, BROKER_FAILED */
  find(key: string): Promise<Stored<T> | undefined>
  /** The same. @throws NOT_FOUND */
  get(key: string): Promise<Stored<T>>
  /**
   * Stores a value that stood at `revision`; 0 if it is new.
   * @throws CONFLICT when somebody else changed it meanwhile, BROKER_UNREACHABLE, BROKER_FAILED
   */
  put(key: string, value: T, revision: number): Promise<Stored<T>>
  /** Removes a value, whatever it is now. */
  remove(key: string): Promise<void>
  /** All of them, read anew: for lists and sweeps, not for each request. */
  all(): Promise<Stored<T>[]>
}

/** The values alone. */
export const valuesOf = async <T>(store: { all(): Promise<Stored<T>[]> }): Promise<T[]> =>
  (await store.all()).map(({ value }) => value)

/** Records with a retention period: what is deleted is overwritten on the disk (AUD-6). */
export interface ErasableRecords<T> extends Records<T> {
  /**
   * Overwrites a value that stands at `revision`, then tells those who follow the bucket.
   * @throws CONFLICT when somebody else changed it meanwhile, BROKER_UNREACHABLE, BROKER_FAILED
   */
  erase(key: string, revision: number): Promise<void>
}

/** Whether JetStream says that a message is not there (any more); a code of its own, or in a cluster the general one. */
const isGone = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === 10043 || (error.code === 10057 && /not found|no message/i.test(error.message)))

/** @throws as `openRecords` */
export async function openErasable<S extends TSchema>(
  link: Link,
  bucketName: string,
  reader: Reader<S>,
  what: string,
): Promise<ErasableRecords<ReturnType<Reader<S>['parse']>>> {
  const records = await openRecords(link, bucketName, reader, what)
  return {
    ...records,
    erase: async (key, revision) => {
      await ask(link, `delete the ${what}`, async () => {
        try {
          await link.manager.streams.deleteMessage(`KV_${bucketName}`, revision, true)
        } catch (error) {
          if (!isGone(error)) throw error
          throw new SightlineError('CONFLICT', `the ${what} was changed by somebody else meanwhile`, {
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
 * @param what one of the things, as an error calls it: `access request`
 * @param seal of buckets that decide about people: what has none is an error where it is asked for, and not in lists
 * @throws BROKER_FAILED when there is no bucket
 */
export async function openRecords<S extends TSchema>(
  link: Link,
  bucketName: string,
  reader: Reader<S>,
  what: string,
  seal?: Seal,
): Promise<Records<ReturnType<Reader<S>['parse']>>> {
  type T = ReturnType<Reader<S>['parse']>
  const bucket = await ask(link, `open the bucket ${bucketName}`, () => new Kvm(link.js).open(bucketName))

  const parse = (key: string, stored: Uint8Array): T =>
    reader.parseJson(seal ? seal.open(bucketName, key, stored) : stored)
  const find = async (key: string): Promise<Stored<T> | undefined> => {
    const entry = await ask(link, `read the ${what}`, () => latestEntry(link, bucketName, key))
    return entry && { value: parse(key, entry.value), revision: entry.revision }
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
          // `create` also takes the place of what was removed.
          if (previousSeq === 0) return await bucket.create(key, text)
          return await bucket.put(key, text, { previousSeq })
        } catch (error) {
          throw changedMeanwhile(error, what) ?? error
        }
      })
      return { value, revision }
    },
    remove: (key) => ask(link, `remove the ${what}`, () => bucket.delete(key)),
    all: async () => {
      const found = new Map<string, Stored<T>>()
      const watch = await ask(link, `list the bucket ${bucketName}`, () =>
        watchBucket(bucket, ({ key, value, operation, revision }) => {
          found.delete(key)
          if (operation !== 'PUT') return
          try {
            found.set(key, { value: parse(key, value), revision })
          } catch (error) {
            if (toSightlineError(error).code !== 'SEAL_WRONG') throw error
          }
        }),
      )
      try {
        await Promise.race([watch.ready, watch.ended])
      } finally {
        watch.stop()
      }
      return [...found.values()]
    },
  }
}
