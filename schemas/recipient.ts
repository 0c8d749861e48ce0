import Type, { type Static } from 'typebox'
import { createParser, oneOf, Token } from './message.ts'
import { organizationOf } from './older-names.ts'
import { SeenText } from './seen-text.ts'

/** Recipients with whom verified alerts may be shared: a file of the agency, read at start. */
export const Recipient = Type.Object(
  {
    id: Token,
    name: SeenText({ minLength: 3, maxLength: 100 }),
    organization: Type.Optional(
      SeenText({ minLength: 3, maxLength: 100, description: 'Organization; without it the name' }),
    ),
    to: Type.Union([
      Type.Object(
        {
          url: Type.String({ pattern: '^https?://', maxLength: 500 }),
          secret: Type.String({
            // Whole groups of four: anything else is not base64, and cannot sign.
            pattern:
              '^whsec_(?=[A-Za-z0-9+/]{32})(?:[A-Za-z0-9+/]{4}){7,30}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
            description: 'Key of the signatures, base64 of at least 24 bytes',
          }),
        },
        { additionalProperties: false, description: 'A webhook, signed as standardwebhooks.com says' },
      ),
      Type.Object(
        { email: Type.String({ pattern: '^[^\\s@<>,;"]{1,64}@[^\\s@<>,;"]{1,190}$' }) },
        { additionalProperties: false },
      ),
    ]),
  },
  { title: 'Recipient', additionalProperties: false },
)
export type Recipient = Static<typeof Recipient>

export const recipientsParser = createParser(
  'list of recipients',
  Type.Object({ recipients: Type.Array(Recipient, { maxItems: 1000 }) }, { additionalProperties: false }),
  (file) => {
    const { recipients } = (file ?? {}) as { recipients?: unknown }
    return Array.isArray(recipients)
      ? { ...(file as object), recipients: recipients.map(organizationOf) }
      : file
  },
)

/** A recipient without address or key. */
export const RecipientView = Type.Object(
  { id: Token, name: Type.String(), channel: oneOf(['webhook', 'e-mail']) },
  { title: 'RecipientView' },
)
export type RecipientView = Static<typeof RecipientView>
