import Type, { type Static } from 'typebox'
import { AlertId } from './alert.ts'
import { createParser, Instant, orNull, Token } from './message.ts'
import { organizationOf } from './older-names.ts'
import { Read } from './read.ts'
import { Reason } from './retention.ts'

const Words = (description: string) => Type.String({ minLength: 3, maxLength: 300, description })

/** What may be shared from a case. */
const ofCase = {
  reads: Type.Optional(Type.Array(Read.properties.id, { maxItems: 500, uniqueItems: true })),
  product: Type.Optional(
    Type.Object({ id: Token, version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  ),
  lookout: Type.Optional(Token),
}

const Recipient = Type.Object(
  { name: Words('Who received it'), organization: Words('Organization of the recipient') },
  { additionalProperties: false },
)
const Authority = Type.String({
  minLength: 3,
  maxLength: 500,
  description: 'Law, routine use or agreement that allows it',
})

/**
 * Something was shared outside the agency, from a case or as a verified alert: with whom, under which authority, what
 * (AUD-7). Kept permanently in the bucket `DISSEMINATIONS`; it names what was shared and its digest, and contains no
 * copy.
 */
export const Dissemination = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    case: orNull(Type.Intersect([Token], { description: 'null: an alert whose case is gone' })),
    caseRef: Type.String(),
    recipient: Recipient,
    authority: Authority,
    reason: orNull(Type.Intersect([Reason], { description: 'null: an alert; its display says why' })),
    passed: Type.Object(
      {
        ...ofCase,
        alert: Type.Optional(
          Type.Object(
            { id: AlertId, display: Token, read: Read.properties.id },
            { additionalProperties: false, description: 'A verified alert (DSP-7)' },
          ),
        ),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of what was shared, as JSON' }),
    by: Token,
    at: Instant,
  },
  {
    $id: 'https://sightline.invalid/schemas/dissemination-1.json',
    title: 'Dissemination',
    additionalProperties: false,
  },
)
export type Dissemination = Static<typeof Dissemination>

export const disseminationParser = createParser('dissemination', Dissemination, (stored) => {
  const { recipient } = (stored ?? {}) as { recipient?: unknown }
  const renamed = organizationOf(recipient)
  return renamed === recipient ? stored : { ...(stored as object), recipient: renamed }
})

export const NewDissemination = Type.Object(
  {
    recipient: Recipient,
    authority: Words('Law, routine use or agreement that allows it'),
    reason: Reason,
    passed: Type.Object(ofCase, {
      additionalProperties: false,
      minProperties: 1,
      description: 'Saved reads, a version of a product, a lookout',
    }),
  },
  { title: 'NewDissemination', additionalProperties: false },
)
export type NewDissemination = Static<typeof NewDissemination>
