import Type, { type Static } from 'typebox'
import { Instant, orNull, reader } from './message.ts'
import { PlateText } from './plate.ts'
import { Read } from './read.ts'

/** Most reads in one page of an answer. */
export const MAX_PAGE = 1000

/** A question to a vendor's history. Every search is bounded in time: [from, to), newest first. */
export const VendorSearchRequest = Type.Object(
  {
    v: Type.Literal(1),
    plate: PlateText,
    from: Instant,
    to: Instant,
    limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100 }),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'nextCursor of the page before' }),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-search-request-1.json',
    title: 'VendorSearchRequest',
    additionalProperties: false,
  },
)
export type VendorSearchRequest = Static<typeof VendorSearchRequest>

export const VendorSearchAnswer = Type.Object(
  {
    v: Type.Literal(1),
    reads: Type.Array(Read, { maxItems: MAX_PAGE }),
    nextCursor: orNull(Type.String()),
    refreshedAt: orNull(Instant),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-search-answer-1.json',
    title: 'VendorSearchAnswer',
    additionalProperties: false,
  },
)
export type VendorSearchAnswer = Static<typeof VendorSearchAnswer>

export const vendorSearchRequestReader = reader('vendor search request', VendorSearchRequest)
export const vendorSearchAnswerReader = reader('vendor search answer', VendorSearchAnswer)
