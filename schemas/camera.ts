import Type, { type Static } from 'typebox'
import { oneOf, orNull, Token } from './message.ts'

/** Kinds of owner named in DHS/CBP/PIA-049(a), Overview. */
export const OwnerType = oneOf([
  'private-business',
  'toll-operator',
  'law-enforcement',
  'repossession',
  'agency',
])
export type OwnerType = Static<typeof OwnerType>

/** Who saw it: the camera's part of a read (CAP-1, CAP-2, CAP-5). */
export const Camera = Type.Object(
  {
    id: Token,
    owner: Type.String({ minLength: 1, maxLength: 120, examples: ['Harbor Parking LLC'] }),
    ownerType: OwnerType,
    kind: oneOf(['fixed', 'mobile']),
    country: Type.String({
      pattern: '^[A-Z]{2}$',
      description: 'ISO 3166-1; only US cameras are visible to the agency (CAP-5)',
    }),
    address: orNull(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Registered address of a fixed camera (QRY-2)',
      }),
    ),
  },
  { title: 'Camera', additionalProperties: false },
)
export type Camera = Static<typeof Camera>
