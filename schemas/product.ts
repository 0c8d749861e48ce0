import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { Read } from './read.ts'
import { Reason, Retention } from './retention.ts'

const Title = Type.String({ minLength: 3, maxLength: 200 })
const Text = Type.String({ minLength: 20, maxLength: 100_000, description: 'Plain text or Markdown' })
const Sources = Type.Array(Read.properties.id, {
  maxItems: 500,
  uniqueItems: true,
  description: 'Saved reads of the workspace that it cites',
})

export const ProductState = oneOf(['draft', 'submitted', 'returned', 'published', 'withdrawn'])
export type ProductState = Static<typeof ProductState>

export const ProductVersion = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    title: Title,
    text: Text,
    sources: Sources,
    author: Token,
    writtenAt: Instant,
    state: ProductState,
    review: orNull(Type.Object({ by: Token, at: Instant, reason: Reason }, { additionalProperties: false })),
  },
  { title: 'ProductVersion', additionalProperties: false },
)
export type ProductVersion = Static<typeof ProductVersion>

/** An intelligence product of a workspace (ACC-8). Kept in the bucket `PRODUCTS`. */
export const Product = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    workspace: Token,
    versions: Type.Array(ProductVersion, { minItems: 1, maxItems: 100, description: 'Oldest first' }),
    retention: Retention,
  },
  { $id: 'https://sightline.invalid/schemas/product-1.json', title: 'Product', additionalProperties: false },
)
export type Product = Static<typeof Product>

export const productParser = createParser('product', Product)

/** What an author writes: a product, or a new version of one. */
export const NewVersion = Type.Object(
  { title: Title, text: Text, sources: Type.Optional(Sources) },
  { title: 'NewVersion', additionalProperties: false },
)
export type NewVersion = Static<typeof NewVersion>

/** What a reviewer says about a version. */
export const ProductVerdict = Type.Object({ reason: Reason }, { additionalProperties: false })
