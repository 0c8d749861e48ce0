import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'

/** Roles that an administrator assigns. The role of an analyst is not among them: it is requested (ACC-1). */
export const Office = oneOf(['supervisor', 'system-owner', 'oversight', 'administrator'], {
  description:
    'supervisor: approves requests of their own people; system-owner: grants and certifies access; ' +
    'oversight: reads the audit log and reviews; administrator: manages accounts and hosts, cannot see reads',
})
export type Office = Static<typeof Office>

/** A person's possible roles: one assigned by an administrator, or analyst, granted on request. */
export type Role = Office | 'analyst'

export const ROLES: readonly Role[] = ['analyst', 'supervisor', 'system-owner', 'oversight', 'administrator']

/** Name with which a person signs in; also their id everywhere. */
export const PersonId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{1,39}$',
  description: 'Lowercase letters, digits, _ and -, 2 to 40',
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

/**
 * A change with which an administrator alone could take over one account, or create many: it can be refused for a while
 * (ACC-1, ACC-7).
 */
const PendingChange = {
  kind: oneOf(['sign-on', 'email', 'offices'], {
    description:
      'sign-on: a link that replaces password and second factor; email: another address; offices: additional roles',
  }),
  by: Token,
  at: Instant,
  dueAt: Instant,
  email: Type.Optional(Email),
  offices: Type.Optional(Offices),
}

/** A person with an account: who they are and how they sign in; what they may see is in AccessFile. */
export const Person = Type.Object(
  {
    v: Type.Literal(1),
    id: PersonId,
    name: FullName,
    email: Email,
    offices: Offices,
    supervisor: orNull(PersonId),
    state: oneOf(['invited', 'active', 'suspended'], {
      description: 'invited: the account is not set up yet; suspended: cannot sign in, all sessions are over',
    }),
    createdAt: Instant,
    createdBy: Token,
    passwordHash: orNull(Type.String({ description: 'Argon2id, in PHC form' })),
    totp: orNull(
      Type.Object(
        {
          secret: Type.String({ description: 'Base32' }),
          lastStep: Type.Integer({ description: 'Step of the last code used: none is accepted twice' }),
        },
        { additionalProperties: false, description: 'Second factor by time-based codes (RFC 6238)' },
      ),
    ),
    singleSignOn: orNull(Type.String({ maxLength: 255, description: "The provider's name for them (sub)" })),
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
            'Waits until `dueAt`, unless the person refuses it; refusalHash: of the link to refuse it',
        },
      ),
    ),
    formerEmail: Type.Optional(
      Type.Object(
        { email: Email, until: Instant },
        {
          additionalProperties: false,
          description: 'Former address that is also notified of pending changes, for a while',
        },
      ),
    ),
    generation: Type.Integer({
      minimum: 0,
      description: 'Sessions of another generation are over: raising it ends them all',
    }),
  },
  { $id: 'https://sightline.invalid/schemas/person-1.json', title: 'Person', additionalProperties: false },
)
export type Person = Static<typeof Person>

export const personParser = createParser('person', Person)

/** Input for opening an account. */
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
        description: "Their subject (sub) at the agency's provider; with it there is no password",
      }),
    ),
  },
  { title: 'NewPerson', additionalProperties: false },
)
export type NewPerson = Static<typeof NewPerson>

/** Input for changing an account. */
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

/** Another address for a person's e-mails. */
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
        description: 'A change that the person may still refuse',
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
  id,
  name,
  email,
  offices,
  supervisor,
  state,
  createdAt,
  createdBy,
  ...(pending && { pending: pendingView(pending) }),
})

const pendingView = ({ refusalHash: _, ...shown }: NonNullable<Person['pending']>) => shown

/** A person as colleagues see them: who an id is, and their roles; no address, no grants. */
export const Colleague = Type.Object(
  {
    id: PersonId,
    name: FullName,
    roles: Type.Array(oneOf(ROLES), { description: 'Assigned roles, and `analyst` if access was granted' }),
    active: Type.Boolean({ description: 'false: not set up yet, or suspended; they cannot sign in' }),
  },
  { $id: 'https://sightline.invalid/schemas/colleague-1.json', title: 'Colleague' },
)
export type Colleague = Static<typeof Colleague>
