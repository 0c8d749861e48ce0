import { orNull } from '@sightline/schemas/message'
import Type from 'typebox'
import { DEFAULT_LIMIT, Limit } from './limit.ts'

/** Query of a list that comes in pages. */
export const PageQuery = {
  limit: Type.Optional(Limit),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: '`next` of the page before; the first without it',
    }),
  ),
}

/** Which page somebody asked for, for the record (AUD-2). */
export function pagingOf({ limit = DEFAULT_LIMIT, cursor }: { limit?: number; cursor?: string }): {
  limit: number
  cursor: string | null
} {
  return { limit, cursor: cursor ?? null }
}

/** `cursor` of the next page in an answer. */
export const NextPage = orNull(Type.String({ description: '`cursor` of the next page; null on the last' }))

export interface Page<T> {
  page: T[]
  next: string | null
}

/**
 * A page of a list in the order of its places, so that what comes and goes between two pages neither hides nor repeats
 * anything else.
 * @param placeOf what is ordered by, different for each
 * @param order of the places
 */
export function pageOf<T>(
  all: Iterable<T>,
  placeOf: (one: T) => string,
  { order, limit = DEFAULT_LIMIT, cursor }: { order: 'up' | 'down'; limit?: number; cursor?: string },
): Page<T> {
  const isBefore = order === 'up' ? (a: string, b: string) => a < b : (a: string, b: string) => a > b
  const few: { place: string; one: T }[] = []
  /** Nothing from here on is on the page. */
  let end: string | undefined
  /** Keeps the first ones, and one more that says that there is another page. A page of many costs no sort of them all. */
  const keepFirst = () => {
    few.sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1))
    if (few.length > limit) end = few[limit]!.place
    few.length = Math.min(few.length, limit + 1)
  }
  for (const one of all) {
    const place = placeOf(one)
    if (cursor !== undefined && !isBefore(cursor, place)) continue
    if (end !== undefined && !isBefore(place, end)) continue
    few.push({ place, one })
    if (few.length > 2 * limit + 2) keepFirst()
  }
  keepFirst()
  const page = few.slice(0, limit)
  return { page: page.map(({ one }) => one), next: few.length > limit ? page.at(-1)!.place : null }
}

/** Place of something by when it was made: the newest is last. */
export const placeByTime = (at: string, id: string): string => `${at}_${id}`
