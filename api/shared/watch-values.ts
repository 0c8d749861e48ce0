import { jetstream } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { type BucketWatch, watchBucket } from '@sightline/broker/watch-bucket'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type { Parser } from '@sightline/schemas/message'
import type { Static, TSchema } from 'typebox'
import { logLeftOut } from './left-out.ts'
import type { Seal } from './seal.ts'

/** Contents of a bucket. */
export interface Kind<S extends TSchema> {
  /** Name of the bucket. */
  store: string
  parser: Parser<S>
  /** Name of one value in errors: `access request`. */
  what: string
  /** For buckets that decide about people: a value without a seal is rejected. */
  seal?: Seal
  /** The key to which a value belongs, if the value says so. */
  keyOf?(value: Static<S>): string
}

/**
 * The value under a key. A value that belongs to another key counts as malformed: what is done to it would be done to
 * the other.
 * @throws SEAL_WRONG, MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export function parseValue<S extends TSchema>(kind: Kind<S>, key: string, bytes: Uint8Array): Static<S> {
  const { store, seal } = kind
  const value = kind.parser.parseJson(seal ? seal.open(store, key, bytes) : bytes)
  if ((kind.keyOf?.(value) ?? key) === key) return value
  throw new SightlineError('MESSAGE_INVALID', `a ${kind.what} is stored under a key that is not its own`)
}

/** Receives the values of a bucket. */
export interface Taker<T> {
  put(key: string, value: T, revision: number): void
  /**
   * The value is gone, or unusable.
   * @param malformed whether there still is one
   * @param revision of that, or of the note that it is gone
   */
  remove(key: string, malformed: boolean, revision: number): void
}

/**
 * Passes every value of a bucket, current and future. A malformed value, or one whose handler fails, counts as removed,
 * and operations are notified: it must not keep the others from being known.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export function watchValues<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  log: Logger,
  { put, remove }: Taker<Static<S>>,
): Promise<BucketWatch> {
  const { store } = kind
  return ask(link, `follow the bucket ${store}`, async () =>
    watchBucket(await patientBucket(link, store), ({ key, value, operation, revision }) => {
      try {
        if (operation === 'PUT') put(key, parseValue(kind, key, value), revision)
        else remove(key, false, revision)
      } catch (thrown) {
        logLeftOut(log, { store, key, revision }, thrown)
        remove(key, true, revision)
      }
    }),
  )
}

/** How long the server may take to find the latest values of a large bucket on a busy disk. */
const PATIENT_MS = 60_000

/** Nobody waits for the start of a copy, so it has more time than the calls of a request. */
const patientBucket = ({ connection }: Link, store: string): Promise<KV> =>
  new Kvm(jetstream(connection, { timeout: PATIENT_MS })).open(store)

export interface Mirror {
  bucket: KV
  /** @throws BROKER_FAILED when the copy in memory no longer follows the bucket */
  requireCurrent(): void
}

/** Time between two questions whether a bucket is still the one that is followed. */
const SAME_MS = 30_000

/**
 * Keeps a copy of a bucket in memory: passes every value, and follows the writes of all processes until `stop` is
 * aborted. Settles when all current values were passed.
 * @param things name of the values in errors: `displays`
 * @throws BROKER_UNREACHABLE, BROKER_FAILED when there is no bucket
 */
export async function mirrorBucket<S extends TSchema>(
  link: Link,
  kind: Kind<S>,
  {
    things,
    log,
    stop,
    sameMs = SAME_MS,
  }: { things: string; log: Logger; stop: AbortSignal; sameMs?: number },
  taker: Taker<Static<S>>,
): Promise<Mirror> {
  const bucket = await ask(link, `open the ${things}`, () => new Kvm(link.js).open(kind.store))
  const watch = await watchValues(link, kind, log, taker)
  let follows = true
  void watch.ended
    .catch((err) => log.error({ err }, `stopped receiving changes to the ${things}`))
    .finally(() => {
      follows = false
    })
  let doubts = 0
  // A bucket that was created again, or restored, counts its revisions from an earlier one, and the watch would wait for them in silence.
  const timer = setInterval(() => {
    watch.isSame().then(
      (isSame) => {
        doubts = isSame ? 0 : doubts + 1
        // Twice: a new leader of a cluster may be behind for a moment.
        if (doubts < 2 || !follows) return
        follows = false
        log.error({ bucket: kind.store }, `the bucket of the ${things} is not the one that was followed`)
      },
      // Without an answer nothing is known; the connection has its own alarm.
      () => {},
    )
  }, sameMs)
  timer.unref()
  stop.addEventListener('abort', () => {
    clearInterval(timer)
    watch.stop()
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
