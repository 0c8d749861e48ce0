import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib'
import { Kvm } from '@nats-io/kv'
import Type, { type Static } from 'typebox'
import { ask, type Link } from '../../broker/link.ts'
import { type Clock, instant } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import { SightlineError, toSightlineError } from '../../schemas/errors.ts'
import type { VendorReport } from '../../schemas/federated-search.ts'
import { Matter } from '../../schemas/matter.ts'
import { Instant, orNull, reader, Token } from '../../schemas/message.ts'
import { QUERY_CACHE } from '../../schemas/streams.ts'

const gzip = promisify(gzipCallback)
const gunzip = promisify(gunzipCallback)

/** How long answers wait, hours (QRY-7). */
export const CACHE_HOURS = { least: 4, most: 24, default: 8 }

/** @throws CONFIG_INVALID for a time that QRY-7 does not allow */
export function checkCacheHours(hours: number): void {
  if (hours >= CACHE_HOURS.least && hours <= CACHE_HOURS.most) return
  throw new SightlineError('CONFIG_INVALID', `results cannot wait for ${hours} hours (QRY-7)`, {
    hint: `--cache-hours is at least ${CACHE_HOURS.least} and at most ${CACHE_HOURS.most}.`,
  })
}

/** Whose answer it is, and where its pieces are. */
const Head = Type.Object(
  {
    /** Query that the vendors were asked for. */
    query: Type.String(),
    actor: Token,
    caseId: orNull(Token),
    ...Matter.properties,
    askedAt: Instant,
    expiresAt: Instant,
    pieces: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
const headReader = reader('cached answer', Head)

/** A query as it was made and answered. */
export type Answered = Omit<Static<typeof Head>, 'pieces'>

/** What was answered, as `recordedQuery` needs it again. */
export interface Content {
  answer: unknown
  ids: readonly string[]
  vendors: readonly VendorReport[]
}

export interface Cached {
  answered: Answered
  content: Content
}

/** What a repeat has in common with the first: person, case, question, vendors. */
export interface Asked {
  actor: string
  caseId: string | null
  caseRef: string
  action: string
  request: object
  more: object
}

export interface QueryCache {
  /** Whole answer to the same question, asked before by the same person for the same case. */
  find(asked: Asked): Promise<Cached | undefined>
  /** The answer to one query of one person, repeated or not. */
  byQuery(query: string, actor: string): Promise<Cached | undefined>
  /** Keeps an answer; a failure is logged, the answer is given anyway. @param repeats whether it answers repeats */
  keep(
    asked: Asked,
    of: { query: string; purpose: string },
    content: Content,
    repeats: boolean,
  ): Promise<void>
  /** Lets a repeat be found by its own id, no longer than the first. */
  repeat(query: string, purpose: string, cached: Cached): Promise<void>
  /** Deletes what has waited long enough. */
  sweep(): Promise<void>
}

/** Bytes of one piece: the broker takes messages of 1 MiB. */
const PIECE = 512 * 1024

/** Tells one question from another, whatever the order of its keys. */
const questionKey = ({ actor, caseId, caseRef, action, request, more }: Asked): string =>
  `asked.${createHash('sha256')
    .update(JSON.stringify([actor, caseId, caseRef, action, ordered(request), ordered(more)]))
    .digest('base64url')}`

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => [key, ordered(part)])
}

/**
 * Vendors' answers for a few hours (QRY-7), in a bucket that the broker keeps in memory: on no disk and in no backup.
 * Each says until when it may be used; a sweep deletes it then, and the broker after a day in any case.
 */
export async function openQueryCache(
  link: Link,
  { hours, clock, log }: { hours: number; clock: Clock; log: Logger },
): Promise<QueryCache> {
  checkCacheHours(hours)
  const bucket = await ask(link, 'open the query cache', () => new Kvm(link.js).open(QUERY_CACHE))
  const pieceKey = (query: string, n: number) => `piece.${query}.${n}`
  const isOver = ({ expiresAt }: Answered) => Date.parse(expiresAt) <= clock()

  const head = async (key: string) => {
    const entry = await bucket.get(key)
    return entry?.operation === 'PUT' ? headReader.parseJson(entry.value) : undefined
  }
  /** @returns undefined when it is over, or a piece is missing */
  const load = (key: string): Promise<Cached | undefined> =>
    ask(link, 'read the query cache', async () => {
      const found = await head(key)
      if (!found || isOver(found)) return undefined
      const { pieces, ...answered } = found
      const entries = await Promise.all(
        Array.from({ length: pieces }, (_, n) => bucket.get(pieceKey(answered.query, n))),
      )
      const parts = entries.flatMap((entry) => (entry?.operation === 'PUT' ? [entry.value] : []))
      if (parts.length < pieces) return undefined
      return { answered, content: JSON.parse((await gunzip(Buffer.concat(parts))).toString()) as Content }
    })
  const kept = async (what: () => Promise<unknown>) => {
    try {
      await ask(link, 'keep the answer', what)
    } catch (error) {
      log.warn(
        { code: toSightlineError(error).code },
        'an answer could not be kept: a repeat asks the vendors',
      )
    }
  }

  return {
    find: (asked) => load(questionKey(asked)),
    byQuery: async (query, actor) => {
      const cached = await load(`query.${query}`)
      return cached?.answered.actor === actor ? cached : undefined
    },
    keep: (asked, { query, purpose }, content, repeats) =>
      kept(async () => {
        const bytes = await gzip(JSON.stringify(content), { level: 1 })
        const parts: Uint8Array[] = []
        for (let at = 0; at < bytes.length; at += PIECE) parts.push(bytes.subarray(at, at + PIECE))
        const { actor, caseId, caseRef } = asked
        const now = clock()
        const expiresAt = instant(now + hours * 3_600_000)
        const found = { query, actor, caseId, caseRef, purpose, askedAt: instant(now), expiresAt }
        const text = JSON.stringify({ ...found, pieces: parts.length })
        // The head comes last: what has one is whole.
        await Promise.all(parts.map((part, n) => bucket.put(pieceKey(query, n), part)))
        await Promise.all([
          bucket.put(`query.${query}`, text),
          repeats ? bucket.put(questionKey(asked), text) : null,
        ])
      }),
    repeat: (query, purpose, { answered }) =>
      kept(async () => {
        const first = await head(`query.${answered.query}`)
        if (first) await bucket.put(`query.${query}`, JSON.stringify({ ...first, purpose }))
      }),
    sweep: async () => {
      const keys: string[] = []
      // One filter at a time: servers before 2.10 know no more.
      for (const filter of ['asked.*', 'query.*']) {
        for await (const key of await bucket.keys(filter)) keys.push(key)
      }
      for (const key of keys) {
        const found = await head(key)
        if (!found || !isOver(found)) continue
        for (let n = 0; n < found.pieces; n++) await bucket.delete(pieceKey(found.query, n))
        await bucket.delete(key)
      }
    },
  }
}
