import Type, { type Static } from 'typebox'
import { ConsentVersion } from './consent.ts'
import { createParser, Instant, oneOf, orNull } from './message.ts'
import { PersonId } from './person.ts'

/** A sign-in; key in the bucket = SHA-256 of the cookie's token, which is stored nowhere. */
export const Session = Type.Object(
  {
    v: Type.Literal(1),
    person: PersonId,
    by: oneOf(['password', 'single-sign-on', 'development']),
    generation: Type.Integer({ minimum: 0, description: "The person's generation when it began" }),
    createdAt: Instant,
    lastSeenAt: Instant,
    consent: orNull(
      Type.Object(
        { version: ConsentVersion, at: Instant },
        { additionalProperties: false, description: 'Acceptance of the permissible uses (ACC-5)' },
      ),
    ),
  },
  { $id: 'https://sightline.invalid/schemas/session-1.json', title: 'Session', additionalProperties: false },
)
export type Session = Static<typeof Session>

export const sessionParser = createParser('session', Session)

const Digest = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })
const Count = Type.Integer({ minimum: 0 })

/** Failed sign-ins with one name, whether or not an account has it; key = SHA-256 of the name. */
export const SignOnTries = Type.Object(
  {
    v: Type.Literal(1),
    places: Type.Array(
      Type.Object(
        { place: Digest, wrong: Count, lockedUntil: orNull(Instant) },
        { additionalProperties: false },
      ),
      { description: 'By network, or by browser in which the person has signed in: failures in a row' },
    ),
    elsewhere: Type.Object(
      { wrong: Count, since: orNull(Instant) },
      { additionalProperties: false, description: 'In an hour, from all networks together' },
    ),
    known: Type.Array(Digest, { description: 'Browsers in which the person has signed in' }),
  },
  {
    $id: 'https://sightline.invalid/schemas/sign-on-tries-1.json',
    title: 'SignOnTries',
    additionalProperties: false,
  },
)
export type SignOnTries = Static<typeof SignOnTries>

export const signOnTriesParser = createParser('sign-on tries', SignOnTries)
