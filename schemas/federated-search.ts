import Type, { type Static } from 'typebox'
import { Instant, oneOf, orNull, Token } from './message.ts'
import { Read } from './read.ts'
import { Companion, VendorSearchRequest } from './vendor-search.ts'

const { plate, match, pattern, region, area, vehicle, limit } = VendorSearchRequest.properties

/** Maximum number of vendors of one agency. */
export const MAX_VENDORS = 32

export const VendorIds = Type.Array(Token, { minItems: 1, maxItems: MAX_VENDORS, uniqueItems: true })

/**
 * A question to several vendors at once (QRY-1, QRY-2). Without `from` it covers the 30 days before `to`, without `to`
 * up to now (QRY-3); never more than five years back (QRY-4).
 */
export const FederatedSearchRequest = Type.Object(
  {
    plate,
    match,
    pattern,
    region,
    area,
    vehicle,
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    limit: Type.Optional(limit),
    vendors: Type.Optional(VendorIds),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description:
          'nextCursor of the previous page, with the same search; valid for one person, session and case, and expires with the ' +
          'results',
      }),
    ),
  },
  { title: 'FederatedSearchRequest', additionalProperties: false },
)
export type FederatedSearchRequest = Static<typeof FederatedSearchRequest>

/** The question, without the page. */
export const FederatedQuestion = Type.Omit(FederatedSearchRequest, ['cursor'])
export type FederatedQuestion = Static<typeof FederatedQuestion>

export const TimeWindow = Type.Object(
  { from: Instant, to: Instant },
  { description: 'Instants from ≤ t < to', additionalProperties: false },
)
export type TimeWindow = Static<typeof TimeWindow>

const Count = Type.Integer({ minimum: 0 })

/** Rows of a vendor that were not passed on, by reason. */
export const Filtered = Type.Object(
  {
    tooOld: Type.Intersect([Count], { description: 'Older than five years (QRY-4)' }),
    foreign: Type.Intersect([Count], { description: 'From a camera outside the United States (CAP-5)' }),
    malformed: Type.Intersect([Count], { description: 'Not a read, or its id does not match its content' }),
    outside: Type.Intersect([Count], { description: 'Outside the requested window' }),
    unasked: Type.Intersect([Count], {
      description: 'Another plate, place or vehicle than requested (QRY-6)',
    }),
    surplus: Type.Intersect([Count], { description: 'More than requested; the next pages ask again' }),
  },
  { title: 'Filtered', additionalProperties: false },
)
export type Filtered = Static<typeof Filtered>

/** How one vendor answered. */
export const VendorReport = Type.Object(
  {
    vendor: Token,
    state: oneOf(['complete', 'partial', 'refused', 'unreachable', 'late'], {
      description:
        'complete: everything it has for this page; partial: something is missing; refused: by the vendor; ' +
        'unreachable: no answer; late: no answer within the deadline',
    }),
    reason: orNull(Type.String({ description: 'Why it is not complete' })),
    refreshedAt: orNull(Instant),
    rows: Type.Integer({ minimum: 0, description: 'Rows received, before filtering' }),
    filtered: Filtered,
    tookMs: Type.Integer({ minimum: 0 }),
  },
  { title: 'VendorReport', additionalProperties: false },
)
export type VendorReport = Static<typeof VendorReport>

/** State of a vendor, from the requests of one api process since its start. */
export const VendorState = Type.Object(
  {
    vendor: Token,
    deadlineMs: Type.Integer({ minimum: 0, description: 'Time it has for an answer' }),
    leftAlone: Type.Boolean({ description: 'It failed repeatedly, and is not asked for some seconds' }),
    last: orNull(
      Type.Object(
        {
          at: Instant,
          state: VendorReport.properties.state,
          refreshedAt: orNull(Instant),
        },
        { additionalProperties: false, description: 'Its last answer; null: not asked yet' },
      ),
    ),
  },
  { title: 'VendorState', additionalProperties: false },
)
export type VendorState = Static<typeof VendorState>

/** A read, and the vendors that sent it. */
export const FoundRead = Type.Object({ read: Read, vendors: VendorIds }, { additionalProperties: false })
export type FoundRead = Static<typeof FoundRead>

export const FederatedSearchAnswer = Type.Object(
  {
    v: Type.Literal(1),
    askedAt: Instant,
    window: TimeWindow,
    narrowed: Type.Array(Type.String(), {
      description: 'Where the window is smaller than requested, and why',
    }),
    older: orNull(TimeWindow),
    reads: Type.Array(FoundRead, { description: 'Newest first' }),
    vendors: Type.Array(VendorReport),
    complete: Type.Boolean({ description: 'Every vendor that was asked answered completely' }),
    nextCursor: orNull(Type.String()),
  },
  { title: 'FederatedSearchAnswer', additionalProperties: false },
)
export type FederatedSearchAnswer = Static<typeof FederatedSearchAnswer>

/** Vehicles that travel along with a plate (QRY-10), from the vendors' histories, each vendor counted separately. */
export const FederatedCompanionsAnswer = Type.Object(
  {
    v: Type.Literal(1),
    askedAt: Instant,
    window: TimeWindow,
    narrowed: Type.Array(Type.String()),
    companions: Type.Array(
      Type.Object({ ...Companion.properties, vendor: Token }, { additionalProperties: false }),
      { description: 'The least likely by chance first' },
    ),
    vendors: Type.Array(VendorReport),
    complete: Type.Boolean(),
  },
  { title: 'FederatedCompanionsAnswer', additionalProperties: false },
)
export type FederatedCompanionsAnswer = Static<typeof FederatedCompanionsAnswer>
