import Type, { type Static } from 'typebox'
import { AlertWork } from './alert-work.ts'
import { Case } from './case.ts'
import { Display } from './display.ts'
import { Dissemination } from './dissemination.ts'
import { Lookout } from './lookout.ts'
import { createParser, Instant, oneOf, Token } from './message.ts'
import { PlateText } from './plate.ts'
import { Product } from './product.ts'
import { Reason } from './retention.ts'
import { SavedRead } from './saved-read.ts'

/** A request under the Freedom of Information Act or the Privacy Act (AUD-8). */
export const AccountRequest = Type.Object(
  {
    law: oneOf(['FOIA', 'Privacy Act'], { description: '5 U.S.C. 552 or 552a' }),
    requestRef: Type.String({ minLength: 3, maxLength: 60, examples: ['CBP-2026-014233'] }),
    reason: Reason,
    plates: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 30 }), {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      }),
    ),
    words: Type.Optional(
      Type.Array(
        Type.String({
          minLength: 3,
          maxLength: 100,
          pattern: '\\S{3}',
          description: 'Found anywhere in texts; case does not matter',
        }),
        { minItems: 1, maxItems: 20, uniqueItems: true },
      ),
    ),
  },
  { title: 'AccountRequest', additionalProperties: false },
)
export type AccountRequest = Static<typeof AccountRequest>

/** One record found, and why. */
const found = <S extends Parameters<typeof Type.Array>[0]>(value: S) =>
  Type.Array(
    Type.Object({
      because: Type.Array(Type.String(), { description: 'Where the plate or word appears' }),
      value,
    }),
  )

/**
 * Everything the agency itself holds about plates or words: events, projects and workspaces with their saved reads,
 * products, displays, lookouts, and what was shared outside (AUD-8). It is for the person who decides what to release.
 */
export const HeldAccount = Type.Object(
  {
    v: Type.Literal(1),
    request: Type.Object({
      law: AccountRequest.properties.law,
      requestRef: Type.String(),
      plates: Type.Array(PlateText),
      words: Type.Array(Type.String()),
    }),
    compiledBy: Token,
    compiledAt: Instant,
    searched: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      description: 'How many records of each kind were searched',
    }),
    notSearched: Type.Array(Type.String()),
    cases: found(Case),
    saved: found(SavedRead),
    products: found(Product),
    displays: found(Display),
    alertWork: found(AlertWork),
    lookouts: found(Lookout),
    disseminations: found(Dissemination),
  },
  { $id: 'https://sightline.invalid/schemas/held-account-1.json', title: 'HeldAccount' },
)
export type HeldAccount = Static<typeof HeldAccount>

export const heldAccountParser = createParser('account of what is held', HeldAccount)
