import { ask, type Link } from '@sightline/broker/link'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Entries that the broker drops by itself when their time is over (docs/decisions/0019-time-to-live.md): a second or two later,
 * by its own clock, whether or not an api runs. Nobody who follows the bucket is told: it is for buckets of which nobody keeps a
 * copy. Whoever reads such an entry judges by the date in it all the same.
 */

/** Of an entry that has a time to live. */
export const TTL_HEADER = 'Nats-TTL'

/**
 * Stores an entry for so long.
 * @param ms more than 0; the broker counts whole seconds, and never fewer
 * @param revision of what it takes the place of, 0 for nothing; of whatever stands there without it
 * @returns its revision
 * @throws JetStreamApiError, also when something else stands there
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
 * @throws BROKER_DRIFTED when entries of a bucket cannot have a time to live, as an earlier version declared it; BROKER_FAILED
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
