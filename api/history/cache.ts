import { openEntries } from '@sightline/broker/latest'
import { ask, type Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { QUERY_CACHE } from '@sightline/schemas/streams'
import { logLeftOut } from '../shared/left-out.ts'
import { putFor, requireTimeToLive } from '../shared/time-to-live.ts'
import {
  type Answered,
  type Asked,
  type Cached,
  type Content,
  entryOf,
  packContent,
  pointerParser,
  questionKey,
  splitHead,
  unpackContent,
} from './cache-format.ts'

export type { Answered, Asked, Cached, Content, Pictured } from './cache-format.ts'

/** How long answers are kept, hours (QRY-7). */
export const CACHE_HOURS = { least: 4, most: 24, default: 8 }

/** @throws CONFIG_INVALID for a time that QRY-7 does not allow */
export function checkCacheHours(hours: number): void {
  if (hours >= CACHE_HOURS.least && hours <= CACHE_HOURS.most) return
  throw new SightlineError('CONFIG_INVALID', `results cannot be kept for ${several(hours, 'hour')} (QRY-7)`, {
    hint: `--cache-hours must be at least ${CACHE_HOURS.least} and at most ${CACHE_HOURS.most}.`,
  })
}

export interface QueryCache {
  /** Complete answer to the same question by the same person for the same case. */
  find(asked: Asked): Promise<Cached | undefined>
  /** The answer to one query of one person, repeated or not. */
  byQuery(query: string, actor: string): Promise<Cached | undefined>
  /**
   * Keeps an answer; a failure is logged, and the answer is returned anyway.
   * @param repeats whether it answers repeats
   * @returns until when it is kept; null when it could not be
   */
  keep(
    asked: Asked,
    of: { query: string; purpose: string },
    content: Content,
    repeats: boolean,
  ): Promise<string | null>
  /** Makes the answer available under the id of a repeat, no longer than under the first. */
  repeat(query: string, purpose: string, cached: Cached): Promise<unknown>
}

/**
 * Keeps vendors' answers for a few hours (QRY-7), in a bucket that the broker holds in memory: on no disk and in no
 * backup. Each entry says until when it may be used; the broker drops it then.
 * @param options.hours as `checkCacheHours` allows
 * @throws BROKER_DRIFTED, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openQueryCache(
  link: Link,
  { hours, clock, log }: { hours: number; clock: Clock; log: Logger },
): Promise<QueryCache> {
  await requireTimeToLive(link, QUERY_CACHE)
  const entryOfKey = await ask(link, 'open the cache of answers', () => openEntries(link, QUERY_CACHE))
  const queryKey = (query: string) => `query.${query}`
  const pieceKey = (query: string, n: number) => `piece.${query}.${n}`
  const isOver = ({ expiresAt }: Pick<Answered, 'expiresAt'>) => Date.parse(expiresAt) <= clock()

  const put = (key: string, value: string | Uint8Array, expiresAt: string) =>
    putFor(link, QUERY_CACHE, key, value, { ms: Date.parse(expiresAt) - clock() })
  const value = async (key: string) => {
    const entry = await entryOfKey(key)
    return entry?.value
  }
  /** A malformed entry counts as missing: the vendors are asked again. */
  const readAs = async <T>(key: string, read: (bytes: Uint8Array) => T): Promise<Awaited<T> | undefined> => {
    const entry = await entryOfKey(key)
    if (!entry) return undefined
    try {
      return await read(entry.value)
    } catch (thrown) {
      logLeftOut(log, { store: QUERY_CACHE, key, revision: entry.revision }, thrown)
      return undefined
    }
  }
  const headOf = (key: string) => readAs(key, splitHead)
  const pointer = (key: string) => readAs(key, pointerParser.parseJson)
  /** @returns undefined when it has expired, or a part is missing */
  async function load(query: string): Promise<Cached | undefined> {
    const found = await headOf(queryKey(query))
    if (!found || isOver(found.head)) return undefined
    const { pieces: _, ...answered } = found.head
    // A repeat has its own head, and the answer of the first.
    const first = answered.query === query ? found : await headOf(queryKey(answered.query))
    if (!first) return undefined
    const { pieces } = first.head
    const parts = await Promise.all(
      Array.from({ length: pieces }, (_, n) => value(pieceKey(answered.query, n))),
    )
    const whole = parts.filter((part) => part !== undefined)
    if (whole.length < pieces) return undefined
    try {
      return { answered, content: await unpackContent(pieces === 0 ? first.rest : Buffer.concat(whole)) }
    } catch (thrown) {
      logLeftOut(log, { store: QUERY_CACHE, key: queryKey(query), revision: 0 }, thrown)
      return undefined
    }
  }
  const keepOrNull = async <T>(what: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask(link, 'keep the answer', what)
    } catch (error) {
      log.warn(
        { code: toSightlineError(error).code },
        'could not keep an answer; a repeat will ask the vendors again',
      )
      return null
    }
  }

  return {
    find: (asked) =>
      ask(link, 'read the query cache', async () => {
        const found = await pointer(questionKey(asked))
        return found && load(found.query)
      }),
    byQuery: async (query, actor) => {
      const cached = await ask(link, 'read the query cache', () => load(query))
      return cached?.answered.actor === actor ? cached : undefined
    },
    keep: (asked, { query, purpose }, content, repeats) =>
      keepOrNull(async () => {
        const { rest, pieces } = await packContent(content)
        const { actor, caseId, caseRef } = asked
        const now = clock()
        const expiresAt = instant(now + hours * 3_600_000)
        const found = { query, actor, caseId, caseRef, purpose, askedAt: instant(now), expiresAt }
        // A camera that comes before the last part finds a part missing, which counts as a missing answer.
        await Promise.all([
          ...pieces.map((piece, n) => put(pieceKey(query, n), piece, expiresAt)),
          put(queryKey(query), entryOf({ ...found, pieces: pieces.length }, rest), expiresAt),
          repeats && put(questionKey(asked), JSON.stringify({ query, expiresAt }), expiresAt),
        ])
        return expiresAt
      }),
    repeat: (query, purpose, { answered }) =>
      keepOrNull(() =>
        put(queryKey(query), entryOf({ ...answered, purpose, pieces: 0 }), answered.expiresAt),
      ),
  }
}
