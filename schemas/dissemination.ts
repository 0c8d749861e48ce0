import Type, { type Static } from 'typebox'
import { Instant, reader, Token } from './message.ts'
import { Read } from './read.ts'
import { Reason } from './retention.ts'

const Words = (description: string) => Type.String({ minLength: 3, maxLength: 300, description })

const Passed = Type.Object(
  {
    reads: Type.Optional(Type.Array(Read.properties.id, { maxItems: 500, uniqueItems: true })),
    product: Type.Optional(
      Type.Object({ id: Token, version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    ),
    lookout: Type.Optional(Token),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'Saved reads, a version of a product, a lookout',
  },
)

const Stated = {
  recipient: Type.Object(
    { name: Words('Who received it'), organisation: Words('Where they serve') },
    { additionalProperties: false },
  ),
  authority: Words('Law, routine use or agreement that allows it'),
  reason: Reason,
  passed: Passed,
}

/**
 * Something was passed outside: to whom, under which authority, what (AUD-7). Kept for good in the bucket
 * `DISSEMINATIONS`; it names what was passed and its digest, and holds no copy.
 */
export const Dissemination = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    case: Token,
    caseRef: Type.String(),
    ...Stated,
    digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of what was passed, as JSON' }),
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

export const disseminationReader = reader('dissemination', Dissemination)

export const NewDissemination = Type.Object(Stated, {
  title: 'NewDissemination',
  additionalProperties: false,
})
export type NewDissemination = Static<typeof NewDissemination>
