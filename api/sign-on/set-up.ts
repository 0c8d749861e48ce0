import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { NewPerson, Person } from '@sightline/schemas/person'
import { isReservedActor } from '@sightline/schemas/reserved-ids'
import { checkNewPassword, hashPassword } from './password.ts'
import { newTotpSecret, totpStep } from './totp.ts'

/** How long a link to set up an account is valid, milliseconds. */
export const LINK_MS = 72 * 3_600_000

/** Name of the account with which an installation begins. */
export const FIRST_ADMINISTRATOR = 'administrator'

/**
 * A new account: without role, access and password.
 * @throws RULE_BROKEN when the name has another meaning in the audit log
 */
export function newPerson(
  { id, name, email, supervisor, singleSignOn }: NewPerson,
  by: string,
  now: number,
): Person {
  if (isReservedActor(id)) {
    throw new SightlineError('RULE_BROKEN', `${id} has another meaning in the audit log (AUD-2)`, {
      hint: 'Choose another name.',
    })
  }
  return {
    v: 1,
    id,
    name,
    email,
    offices: [],
    supervisor: supervisor ?? null,
    // A person who signs in at the agency's provider has nothing to set up here.
    state: singleSignOn ? 'active' : 'invited',
    createdAt: instant(now),
    createdBy: by,
    passwordHash: null,
    totp: null,
    singleSignOn: singleSignOn ?? null,
    setUp: null,
    generation: 0,
  }
}

/**
 * The person with a new one-time link; an earlier one is void. Password and second factor stay until it is used.
 * @returns also the link's token, which is stored nowhere
 */
export function withSetUp(person: Person, now: number): { person: Person; token: string } {
  const token = `${person.id}.${randomBytes(24).toString('base64url')}`
  const setUp = { tokenHash: digest(token), totpSecret: newTotpSecret(), expiresAt: instant(now + LINK_MS) }
  return { person: { ...person, setUp }, token }
}

/** The person named in a token; this does not check the token. */
export const personOfToken = (token: string): string => token.split('.')[0]!

/**
 * The open set-up that belongs to a token.
 * @throws CODE_WRONG, CODE_EXPIRED
 */
export function openSetUp(
  person: Person | undefined,
  token: string,
  now: number,
): NonNullable<Person['setUp']> {
  const setUp = person?.setUp
  const isIt = setUp && timingSafeEqual(Buffer.from(digest(token)), Buffer.from(setUp.tokenHash))
  if (!isIt) {
    throw new SightlineError('CODE_WRONG', 'this link is unknown, or was already used', {
      hint: 'Ask an administrator to send a new one.',
    })
  }
  if (now >= Date.parse(setUp.expiresAt)) {
    throw new SightlineError('CODE_EXPIRED', 'this link has expired', {
      hint: 'Ask an administrator to send a new one. For the first administrator, restart the api.',
    })
  }
  return setUp
}

/**
 * The person after the set-up: link used up, password and second factor set, all earlier sessions ended.
 * @throws CODE_WRONG, CODE_EXPIRED, RULE_BROKEN
 */
export async function setUpDone(
  person: Person | undefined,
  given: { token: string; password: string; code: string },
  now: number,
): Promise<Person> {
  const { totpSecret: secret } = openSetUp(person, given.token, now)
  const { pending: _, ...known } = person!
  checkNewPassword(given.password, known)
  const lastStep = totpStep(secret, given.code, -1, now)
  if (lastStep === null) {
    throw new SightlineError('CODE_WRONG', 'the code from the authenticator app is wrong', {
      hint: 'Scan the image or type the secret again, and check the clock of your phone.',
    })
  }
  return {
    ...known,
    passwordHash: await hashPassword(given.password),
    totp: { secret, lastStep },
    state: known.state === 'invited' ? 'active' : known.state,
    setUp: null,
    generation: known.generation + 1,
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
