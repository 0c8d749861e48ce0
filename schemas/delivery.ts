import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'

/** A message for a webhook; it stays in the bucket so that it arrives, whatever happens meanwhile. */
export const Delivery = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    recipient: Token,
    body: Type.String({ description: 'JSON; empty once delivered or given up' }),
    state: oneOf(['waiting', 'delivered', 'failed']),
    attempts: Type.Integer({ minimum: 0 }),
    createdAt: Instant,
    nextAt: Instant,
    lastFault: orNull(Type.String({ maxLength: 300 })),
  },
  {
    $id: 'https://sightline.invalid/schemas/delivery-1.json',
    title: 'Delivery',
    additionalProperties: false,
  },
)
export type Delivery = Static<typeof Delivery>

export const deliveryParser = createParser('delivery', Delivery)
