import { type KV, Kvm } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { type BucketWatch, watchBucket } from '@sightline/broker/watch-bucket'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type { Parser } from '@sightline/schemas/message'
import type { Static, TSchema } from 'typebox'
import { leftOut } from './left-out.ts'
import type { Seal } from './seal.ts'

/** What a bucket holds. */
export interface Kind<S extends TSchema> {
  /** Name of the bucket. */
  store: string
  parser: Parser<S>
  /** One of the things, as an error calls it: `access request`. */
  what: string
  /** Of buckets that decide about people: a value without it is no value. */
  seal?: Seal
  /** The key under which a value belongs, where the value says it. */
  keyOf?(value: Static<S>): string
}

/**
 * The value that stands under a key. One that belongs under another is malformed, too: what was done with it would be done
 * with the one whose key that is.
 * @throws SEAL_WRONG, MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export function valueUnder<S extends TSchema>(kind: Kind<S>, key: string, bytes: Uint8Array): Static<S> {
  const { store, seal } = kind
  const value = kind.parser.parseJson(seal ? seal.open(store, key, bytes) : bytes)
  if ((kind.keyOf?.(value) ?? key) === key) return value
  throw new SightlineError('MESSAGE_INVALID', `a ${kind.what} is stored under a key that is not its own`)
}

/** What is done with the values of a bucket. */
export interface Taker<T> {
  put(key: string, value: T, revision: number): void
  /** It is gone, or no value that could be taken. @param malformed whether something stands there all the same */
  remove(key: string, malformed: boolean): void
}

/**
 * Hands over every value of a bucket as it is and as it becomes. One that is malformed, or over which taking it
 * fails, is as good as removed, and told to operations: it must not keep the others from being known.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export function watchValues<S extends TSchema>(
  link: Link,
  kv: KV,
  kind: Kind<S>,
  log: Logger,
  { put, remove }: Taker<Static<S>>,
): Promise<BucketWatch> {
  const { store } = kind
  return ask(link, `follow the bucket ${store}`, () =>
    watchBucket(kv, ({ key, value, operation, revision }) => {
      try {
        if (operation === 'PUT') put(key, valueUnder(kind, key, value), revision)
        else remove(key, false)
      } catch (thrown) {
        leftOut(log, { store, key, revision }, thrown)
        remove(key, true)
      }
    }),
  )
}

export interface Mirror {
  bucket: KV
  /** @throws BROKER_FAILED when what is in memory no longer follows the bucket */
  requireCurrent(): void
}

/**
 * Keeps a copy of a bucket in memory: hands over every value, and goes on with what any process writes until `stop` is
 * aborted. Settles when all that the bucket holds was handed over.
 * @param things what the bucket holds, as an error calls them: `displays`
 * @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket
 */
export async function mirrorBucket<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  { things, log, stop }: { things: string; log: Logger; stop: AbortSignal },
  taker: Taker<Static<S>>,
): Promise<Mirror> {
  const bucket = await ask(link, `open the ${things}`, () => new Kvm(link.js).open(kind.store))
  const watch = await watchValues(link, bucket, kind, log, taker)
  stop.addEventListener('abort', () => watch.stop())
  let follows = true
  void watch.ended
    .catch((err) => log.error({ err }, `stopped receiving changes to the ${things}`))
    .finally(() => {
      follows = false
    })
  await watch.ready
  return {
    bucket,
    requireCurrent() {
      if (follows) return
      throw new SightlineError('BROKER_FAILED', `the api no longer receives changes to the ${things}`, {
        hint: 'Restart the api. Its log says why.',
      })
    },
  }
}
