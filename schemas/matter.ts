import Type, { type Static } from 'typebox'

/** The ongoing enforcement or border-security matter of a query (QRY-5). */
export const Matter = Type.Object(
  {
    caseRef: Type.String({
      minLength: 3,
      maxLength: 60,
      description: 'Reference of the case',
      examples: ['CASE-2026-17'],
    }),
    purpose: Type.String({
      minLength: 10,
      maxLength: 500,
      description: 'Purpose of the query, in words',
      examples: ['Whereabouts of the vehicle after the seizure at San Ysidro'],
    }),
  },
  { title: 'Matter', additionalProperties: false },
)
export type Matter = Static<typeof Matter>
