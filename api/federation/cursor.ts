import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../../schemas/errors.ts'
import type { FederatedSearchRequest } from '../../schemas/federated-search.ts'
import { reader } from '../../schemas/message.ts'

const Milliseconds = Type.Integer({ minimum: 0, maximum: 8.64e15 })

/**
 * How far the pages of a search have come: the window that the first page settled, and the place of the last read.
 * It is about times and ids, not about vendors' own cursors: it outlives a vendor that is away for one page.
 */
export const Place = Type.Object(
  {
    from: Milliseconds,
    to: Milliseconds,
    /** Everything later has been given. */
    at: Milliseconds,
    /** Of the reads at `at` those down to this id have been given; null: none. */
    id: Type.Union([Type.String({ maxLength: 22 }), Type.Null()]),
    /** What was asked for: a cursor belongs to one search. */
    of: Type.String(),
  },
  { additionalProperties: false },
)
export type Place = Static<typeof Place>

const placeReader = reader('cursor', Place)

export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** @throws MESSAGE_INVALID for a cursor that is none, or of another search */
export function placeOf(cursor: string, request: FederatedSearchRequest): Place {
  let place: Place
  try {
    place = placeReader.parseJson(Buffer.from(cursor, 'base64url'))
  } catch (cause) {
    throw invalid('is not one of ours', cause)
  }
  if (place.of !== digestOf(request)) throw invalid('belongs to another search')
  return place
}

const invalid = (what: string, cause?: unknown) =>
  new SightlineError('MESSAGE_INVALID', `not a valid search: /cursor ${what}`, {
    cause,
    hint: 'Pass nextCursor of the page before, unchanged, with the same search.',
  })

/** Tells one search from another; the size of its pages may change from one to the next. */
export function digestOf(request: FederatedSearchRequest): string {
  const { plate, match, pattern, region, area, vehicle, from, to, vendors } = request
  const asked = JSON.stringify([plate, match, pattern, region, area, vehicle, from, to, vendors])
  return createHash('sha256').update(asked).digest('base64url').slice(0, 11)
}
