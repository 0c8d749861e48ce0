import { Kvm, KvWatchInclude } from '@nats-io/kv'
import { ask, type Link } from '@sightline/broker/link'
import { endWatch } from '@sightline/broker/watch-bucket'
import type { Logger } from '@sightline/runtime/log'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'

/** Notifies immediately when a person's account, access file or session has changed, by any process. */
export interface PeopleChanges {
  /** @returns a function that ends it */
  on(of: { person: string; session: string }, call: () => void): () => void
  /** Whether changes are being received; if not, callers must poll. */
  follows(): boolean
}

/**
 * Follows the buckets until `stop` is aborted.
 * @throws BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function followPeople(link: Link, log: Logger, stop: AbortSignal): Promise<PeopleChanges> {
  const waiting = new Map<string, Set<() => void>>()
  let follows = true
  for (const name of [PEOPLE, ACCESS, SESSIONS]) {
    const bucket = await ask(link, `open the bucket ${name}`, () => new Kvm(link.js).open(name))
    const entries = await ask(link, `follow the bucket ${name}`, () =>
      bucket.watch({ include: KvWatchInclude.UpdatesOnly }),
    )
    stop.addEventListener('abort', () => endWatch(entries))
    void (async () => {
      for await (const { key } of entries) for (const call of waiting.get(key) ?? []) call()
    })()
      .catch((err) =>
        log.error({ err }, 'stopped receiving changes to people; streams now check for changes each second'),
      )
      .finally(() => {
        follows = false
      })
  }
  return {
    follows: () => follows,
    on: ({ person, session }, call) => {
      // A session's key is a digest, which no person has as a name.
      const keys = [person, session]
      for (const key of keys) waiting.set(key, (waiting.get(key) ?? new Set()).add(call))
      return () => {
        for (const key of keys) {
          waiting.get(key)?.delete(call)
          if (waiting.get(key)?.size === 0) waiting.delete(key)
        }
      }
    },
  }
}
