import Type, { type Static } from 'typebox'
import { AuditAction, AuditRecord } from './audit-record.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { Signal } from './misuse.ts'
import { Reason } from './retention.ts'

const Count = Type.Integer({ minimum: 0 })
export const QuarterName = Type.String({ pattern: '^\\d{4}-Q[1-4]$', examples: ['2026-Q3'] })

/** Oversight's verdict on one record or signal. */
export const Finding = Type.Object(
  {
    verdict: oneOf(['in order', 'explained', 'investigate'], {
      description:
        'explained: unusual, with a valid reason; investigate: handed to those who investigate people',
    }),
    reason: Reason,
    by: Token,
    at: Instant,
  },
  { title: 'Finding', additionalProperties: false },
)
export type Finding = Static<typeof Finding>

/** One item to review: a record from the sample, or a signal. */
export const ReviewItem = Type.Object(
  {
    id: Type.String({ description: 'Number of the record, or id of the signal', maxLength: 30 }),
    record: orNull(
      Type.Object(
        { number: AuditRecord.properties.number, actor: Token, action: AuditAction, at: Instant },
        { additionalProperties: false },
      ),
    ),
    signal: orNull(Signal),
    why: Type.String({ description: 'Why it is in the sample' }),
    finding: orNull(Finding),
  },
  { title: 'ReviewItem', additionalProperties: false },
)
export type ReviewItem = Static<typeof ReviewItem>

/** The review of one quarter of the audit log (AUD-3). Kept in the bucket `AUDIT_REVIEWS`, key = quarter. */
export const AuditReview = Type.Object(
  {
    v: Type.Literal(1),
    quarter: QuarterName,
    from: Instant,
    to: Instant,
    openedBy: Token,
    openedAt: Instant,
    population: Type.Object(
      {
        records: Count,
        people: Count,
        first: orNull(AuditRecord.properties.number),
        last: orNull(AuditRecord.properties.number),
        lastHash: orNull(AuditRecord.properties.hash),
        actions: Type.Record(Type.String(), Count, { description: 'Records by action' }),
      },
      { additionalProperties: false, description: 'Number of records from which the sample was drawn' },
    ),
    seed: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description:
        'SHA-256 of quarter and last hash: nobody knows it before the quarter is over, and anybody can repeat the draw',
    }),
    items: Type.Array(ReviewItem, { maxItems: 1000 }),
    signOff: orNull(
      Type.Object({ by: Token, at: Instant, statement: Reason }, { additionalProperties: false }),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/audit-review-1.json',
    title: 'AuditReview',
    additionalProperties: false,
  },
)
export type AuditReview = Static<typeof AuditReview>

export const auditReviewParser = createParser('review of the audit log', AuditReview)

export const NewFinding = Type.Pick(Finding, ['verdict', 'reason'], {
  title: 'NewFinding',
  additionalProperties: false,
})
export type NewFinding = Static<typeof NewFinding>

export const SignOff = Type.Object({ statement: Reason }, { title: 'SignOff', additionalProperties: false })
