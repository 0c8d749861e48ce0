import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'

/** Offices that an administrator gives. The role of an analyst is not among them: it is asked for (ACC-1). */
export const Office = oneOf(['supervisor', 'system-owner', 'oversight', 'administrator'], {
  description:
    'supervisor: approves requests of their own people; system-owner: grants and certifies access; ' +
    'oversight: reads the audit log and reviews; administrator: keeps accounts and machines, sees no reads',
})
export type Office = Static<typeof Office>

/** What somebody may be: an office, or an analyst, who has been granted access. */
export type Role = Office | 'analyst'

export const ROLES: readonly Role[] = ['analyst', 'supervisor', 'system-owner', 'oversight', 'administrator']

/** Name with which somebody signs on; also their id everywhere. */
export const PersonId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{1,39}$',
  description: 'Small letters, digits, _ and -, 2 to 40',
  examples: ['jane-doe'],
})

const FullName = Type.String({ minLength: 1, maxLength: 100 })
const Email = Type.String({
  pattern: '^[^\\s@<>,;"]{1,64}@[^\\s@<>,;"]{1,190}$',
  maxLength: 254,
  examples: ['jane.doe@agency.example'],
})
const Offices = Type.Array(Office, { uniqueItems: true, maxItems: 4 })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal' })

/** A change by which an administrator alone could be somebody else, or everybody: it waits for a veto (ACC-1, ACC-7). */
const PendingChange = {
  kind: oneOf(['sign-on', 'email', 'offices'], {
    description:
      'sign-on: a link that replaces password and second factor; email: another address; offices: more of them',
  }),
  by: Token,
  at: Instant,
  dueAt: Instant,
  email: Type.Optional(Email),
  offices: Type.Optional(Offices),
}

/** Somebody with an account: who they are and how they sign on; what they may see is in AccessFile. */
export const Person = Type.Object(
  {
    v: Type.Literal(1),
    id: PersonId,
    name: FullName,
    email: Email,
    offices: Offices,
    supervisor: orNull(PersonId),
    state: oneOf(['invited', 'active', 'suspended'], {
      description:
        'invited: the account waits to be set up; suspended: cannot sign on, all sessions are over',
    }),
    createdAt: Instant,
    createdBy: Token,
    passwordHash: orNull(Type.String({ description: 'Argon2id, in PHC form' })),
    totp: orNull(
      Type.Object(
        {
          secret: Type.String({ description: 'Base32' }),
          lastStep: Type.Integer({ description: 'Step of the last code used: none is taken twice' }),
        },
        { additionalProperties: false, description: 'Second factor by time-based codes (RFC 6238)' },
      ),
    ),
    singleSignOn: orNull(
      Type.String({ maxLength: 255, description: "The agency's provider's name for them" }),
    ),
    setUp: orNull(
      Type.Object(
        { tokenHash: Hash, totpSecret: Type.String(), expiresAt: Instant },
        { additionalProperties: false, description: 'One-time link that sets password and second factor' },
      ),
    ),
    pending: Type.Optional(
      Type.Object(
        { ...PendingChange, refusalHash: Hash },
        {
          additionalProperties: false,
          description:
            'Waits until `dueAt`, as long as the person does not refuse it; refusalHash: of the link to refuse it',
        },
      ),
    ),
    formerEmail: Type.Optional(
      Type.Object(
        { email: Email, until: Instant },
        { additionalProperties: false, description: 'Told as well of what is pending, for a while' },
      ),
    ),
    generation: Type.Integer({
      minimum: 0,
      description: 'Sessions of another generation are over: raised to end them all',
    }),
  },
  { $id: 'https://sightline.invalid/schemas/person-1.json', title: 'Person', additionalProperties: false },
)
export type Person = Static<typeof Person>

export const personParser = createParser('person', Person)

/** What an administrator states to open an account. */
export const NewPerson = Type.Object(
  {
    id: PersonId,
    name: FullName,
    email: Email,
    supervisor: Type.Optional(orNull(PersonId)),
    singleSignOn: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "Their subject at the agency's provider; with it there is no password",
      }),
    ),
  },
  { title: 'NewPerson', additionalProperties: false },
)
export type NewPerson = Static<typeof NewPerson>

/** What an administrator changes on an account. */
export const PersonChange = Type.Object(
  {
    offices: Type.Optional(Offices),
    supervisor: Type.Optional(orNull(PersonId)),
    suspended: Type.Optional(Type.Boolean()),
    reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why; kept in the audit log' }),
  },
  { title: 'PersonChange', additionalProperties: false },
)
export type PersonChange = Static<typeof PersonChange>

/** Another address for somebody's e-mails. */
export const EmailChange = Type.Object(
  { email: Email, reason: PersonChange.properties.reason },
  { title: 'EmailChange', additionalProperties: false },
)

/** A person as others may see them: no secrets. */
export const PersonView = Type.Object(
  {
    ...Type.Pick(Person, ['id', 'name', 'email', 'offices', 'supervisor', 'state', 'createdAt', 'createdBy'])
      .properties,
    pending: Type.Optional(
      Type.Object(PendingChange, {
        additionalProperties: false,
        description: 'A change that waits for the veto of the person',
      }),
    ),
  },
  { $id: 'https://sightline.invalid/schemas/person-view-1.json', title: 'PersonView' },
)
export type PersonView = Static<typeof PersonView>

export const personView = ({
  id,
  name,
  email,
  offices,
  supervisor,
  state,
  createdAt,
  createdBy,
  pending,
}: Person): PersonView => ({
  ...{ id, name, email, offices, supervisor, state, createdAt, createdBy },
  ...(pending && { pending: pendingView(pending) }),
})

const pendingView = ({ refusalHash: _, ...shown }: NonNullable<Person['pending']>) => shown

/** A person as colleagues know them: who is meant by an id, and what they are there for; no address, no grants. */
export const Colleague = Type.Object(
  {
    id: PersonId,
    name: FullName,
    roles: Type.Array(oneOf(ROLES), { description: 'Offices, and `analyst` for whom access was granted' }),
    active: Type.Boolean({ description: 'false: not set up yet, or suspended; they cannot sign on' }),
  },
  { $id: 'https://sightline.invalid/schemas/colleague-1.json', title: 'Colleague' },
)
export type Colleague = Static<typeof Colleague>
