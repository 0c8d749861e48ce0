import Type, { type Static } from 'typebox'

/** First half of the SHA-256 of the text: changing the text creates a new version. */
export const ConsentVersion = Type.String({ pattern: '^[0-9a-f]{32}$' })

/** The permissible uses, as shown after each sign-in (ACC-5). */
export const Consent = Type.Object(
  {
    version: ConsentVersion,
    text: Type.String(),
    given: Type.Boolean({ description: 'Whether this session has accepted this version' }),
  },
  { title: 'Consent' },
)
export type Consent = Static<typeof Consent>

export const GiveConsent = Type.Object(
  {
    version: ConsentVersion,
    agree: Type.Literal(true, { description: 'The person has read the text and agrees' }),
  },
  { title: 'GiveConsent', additionalProperties: false },
)
