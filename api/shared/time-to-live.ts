import { ask, type Link } from '@sightline/broker/link'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Entries that the broker drops by itself when they expire (docs/decisions/0019-time-to-live.md): a second or two
 * later, by its own clock, whether or not an api runs. Followers of the bucket are not notified, so use it only for
 * buckets without copies in memory. Readers of such an entry must still check the date in it.
 */

/** Header of an entry with a time to live. */
export const TTL_HEADER = 'Nats-TTL'

/**
 * Stores an entry for a limited time.
 * @param ms more than 0; the broker counts whole seconds, rounded up
 * @param revision of the entry it replaces, 0 for a new one; without it any
 * @returns its revision
 * @throws JetStreamApiError, also when there is another entry
 */
export async function putFor(
  link: Link,
  bucket: string,
  key: string,
  value: string | Uint8Array,
  { ms, revision }: { ms: number; revision?: number },
): Promise<number> {
  const stored = await link.js.publish(`$KV.${bucket}.${key}`, value, {
    ttl: `${Math.max(1, Math.ceil(ms / 1000))}s`,
    ...(revision !== undefined && { expect: { lastSubjectSequence: revision } }),
  })
  return stored.seq
}

/**
 * @throws BROKER_DRIFTED when a bucket, declared by an earlier version, does not support a time to live; BROKER_FAILED
 *   when there is no bucket
 */
export async function requireTimeToLive(link: Link, bucket: string): Promise<void> {
  const { config } = await ask(link, `open the bucket ${bucket}`, () =>
    link.manager.streams.info(`KV_${bucket}`),
  )
  if (config.allow_msg_ttl) return
  throw new SightlineError(
    'BROKER_DRIFTED',
    `the bucket ${bucket} does not support a time to live (allow_msg_ttl is off)`,
    { hint: 'Run ./sightline broker declare, which switches it on, then restart the api.' },
  )
}
