import { randomBytes } from 'node:crypto'
import { ask, type Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { FederatedQuestion } from '@sightline/schemas/federated-search'
import { createParser, Instant, orNull, Token } from '@sightline/schemas/message'
import { QUERY_CACHE } from '@sightline/schemas/streams'
import Type, { type Static } from 'typebox'
import type { Actor } from '../access/permit.ts'
import { ignoreMalformed } from '../shared/left-out.ts'
import { openRecords } from '../shared/records.ts'
import { putFor } from '../shared/time-to-live.ts'

/**
 * How far the pages of a search have come. It stays here, beside the recorded query, and the caller only gets its name.
 * A window carried by the caller could be widened beyond what the case gate and a second person allowed (QRY-6).
 */
const SearchPlace = Type.Object(
  {
    /** Query of the first page. */
    query: Type.String(),
    actor: Token,
    session: orNull(Type.String()),
    caseId: Token,
    /** Digest of the search and its matter, as stated by the caller. */
    asked: Type.String(),
    /** The question for the vendors: those that were granted, in the window of the first page. */
    question: FederatedQuestion,
    after: Type.Object({ at: Type.Integer(), id: orNull(Type.String()) }, { additionalProperties: false }),
    expiresAt: Instant,
  },
  { additionalProperties: false },
)
export type SearchPlace = Static<typeof SearchPlace>

export const placeParser = createParser('place of a search', SearchPlace)

const CURSOR = /^[A-Za-z0-9_-]{22}$/

export interface SearchPlaces {
  /**
   * Keeps a place until its results expire (QRY-7).
   * @returns the cursor for it
   * @throws BROKER_UNREACHABLE, BROKER_FAILED: an answer without its next page would look complete
   */
  keep(place: Omit<SearchPlace, 'expiresAt'>, expiresAt: string | null): Promise<string>
  /**
   * @throws MESSAGE_INVALID unless this person's search reached this place in this session, and its results have not
   * expired
   */
  find(cursor: string, actor: Pick<Actor, 'id' | 'session'>, asked: string): Promise<SearchPlace>
}

/**
 * Uses the bucket of the query cache, which is already open: in memory, on no disk.
 * @param options.hours as long as results are kept
 */
export async function openSearchPlaces(
  link: Link,
  { hours, clock, log }: { hours: number; clock: Clock; log: Logger },
): Promise<SearchPlaces> {
  const kind = { store: QUERY_CACHE, parser: placeParser, what: 'place of a search' }
  const places = await openRecords(link, kind, log)
  const keyOf = (cursor: string) => `place.${cursor}`
  const isOver = ({ expiresAt }: SearchPlace) => Date.parse(expiresAt) <= clock()

  return {
    keep: async (place, expiresAt) => {
      const cursor = randomBytes(16).toString('base64url')
      const until = expiresAt ?? instant(clock() + hours * 3_600_000)
      const kept: SearchPlace = { ...place, expiresAt: until }
      const ms = Date.parse(until) - clock()
      await ask(link, 'keep the place of the search', () =>
        putFor(link, QUERY_CACHE, keyOf(cursor), JSON.stringify(kept), { ms }),
      )
      return cursor
    },
    find: async (cursor, { id, session }, asked) => {
      const found = CURSOR.test(cursor) ? await places.find(keyOf(cursor)).catch(ignoreMalformed) : undefined
      const place = found?.value
      const isTheirs = place?.actor === id && place.session === session && place.asked === asked
      if (!place || !isTheirs || isOver(place)) throw noSuchPlace()
      return place
    },
  }
}

/** The same error for every fault of a cursor, so that nobody finds out by trying what others search for. */
export const noSuchPlace = (): SightlineError =>
  new SightlineError('MESSAGE_INVALID', 'not a valid search: /cursor does not belong to this search', {
    hint: 'Pass nextCursor of the previous page, unchanged, with the same search and in the same session. It expires with the results; then search again.',
  })
