import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'

/**
 * No administrator alone takes over an account (ACC-7). What would let them sign in as another person, a new link or
 * another address for it, waits three days, and the owner of the account can refuse it all that time, signed in or by a
 * link in an e-mail. Confirmation by a second administrator would not help: an administrator could open that account,
 * too. Pure.
 */

/** How long the change waits, milliseconds: longer than a weekend. */
export const VETO_MS = 72 * 3_600_000
/** How long after that the change may be made; then it must be requested again. */
const GOOD_MS = 7 * 24 * 3_600_000
/** How long a former address is notified as well. */
const FORMER_MS = 30 * 24 * 3_600_000

type Pending = NonNullable<Person['pending']>
type Wanted = Pick<Pending, 'kind' | 'email' | 'offices'>

const isSame = (one: Wanted, other: Wanted): boolean =>
  one.kind === other.kind &&
  one.email === other.email &&
  [...(one.offices ?? [])].sort().join() === [...(other.offices ?? [])].sort().join()

/** Whether a person has set up the account, and so can refuse changes to it. */
export const isOwned = ({ state, singleSignOn }: Person): boolean => state !== 'invited' && !singleSignOn

/**
 * State of a requested change: to be announced, or to be made now.
 * @throws CONFLICT while it waits, or another one does
 */
export function stageOfChange({ pending }: Person, wanted: Wanted, now: number): 'new' | 'due' {
  if (!pending || now >= Date.parse(pending.dueAt) + GOOD_MS) return 'new'
  if (!isSame(pending, wanted)) {
    // An announced change must not be swapped for another at the last moment.
    throw new SightlineError(
      'CONFLICT',
      `another change of this account is waiting until ${pending.dueAt} (ACC-7)`,
      {
        hint: 'Make that change first, or wait until the person has refused it.',
      },
    )
  }
  if (now >= Date.parse(pending.dueAt)) return 'due'
  throw new SightlineError('CONFLICT', `the person can refuse this change until ${pending.dueAt} (ACC-7)`, {
    hint: 'They were notified by e-mail. Repeat the change after that time.',
  })
}

/** The account with an announced change. @returns the token of the link to refuse it, which is stored nowhere */
export function announceChange(
  person: Person,
  wanted: Wanted,
  by: string,
  now: number,
): { person: Person; token: string } {
  const token = `${person.id}.${randomBytes(24).toString('base64url')}`
  const pending = {
    ...wanted,
    by,
    at: instant(now),
    dueAt: instant(now + VETO_MS),
    refusalHash: digest(token),
  }
  return { person: { ...person, pending }, token }
}

/** The account after the due change of address. */
export function withAddress({ pending: _, ...person }: Person, email: string, now: number): Person {
  const formerEmail = { email: person.email, until: instant(now + FORMER_MS) }
  return { ...person, email, setUp: null, formerEmail }
}

/** The account with the announced change refused, and with it a link already sent. @throws CONFLICT */
export function refuseChange({ pending, ...person }: Person): Person {
  if (!pending) {
    throw new SightlineError('CONFLICT', 'no change is announced for this account', {
      hint: 'It was refused already, or has been made.',
    })
  }
  return pending.kind === 'offices' ? person : { ...person, setUp: null }
}

/** @throws CODE_WRONG unless the token belongs to the link that refuses the announced change */
export function checkRefusal(person: Person | undefined, token: string): void {
  const known = person?.pending?.refusalHash
  if (known && timingSafeEqual(Buffer.from(digest(token)), Buffer.from(known))) return
  throw new SightlineError(
    'CODE_WRONG',
    'this link is unknown, or the change it refuses is no longer pending',
    {
      hint: 'Sign in to see changes announced for your account, or tell your supervisor.',
    },
  )
}

const WHAT: Record<Exclude<Pending['kind'], 'offices'>, string> = {
  'sign-on': 'to send a link that replaces your password and second factor',
  email: 'to send your e-mail to another address',
}

/** E-mails to all addresses of the person, and to their supervisor, who cannot refuse, but knows whom to ask. */
export function announcements(
  person: Person,
  supervisor: Person | undefined,
  link: string,
  now: number,
): Mail[] {
  const { id, name, email, formerEmail } = person
  const { kind, by, dueAt, refusalHash } = person.pending!
  if (kind === 'offices') return []
  const about = `pending-${id}-${refusalHash.slice(0, 16)}`
  const former = formerEmail && now < Date.parse(formerEmail.until) ? [formerEmail.email] : []
  const text = `${name},\n\nAn administrator (${by}) has asked Sightline ${WHAT[kind]}. It will not happen before ${dueAt}.\n\nIf you asked for this, you don’t need to do anything. If you did not, refuse it with this link or after signing in:\n${link}\n\nand tell your supervisor at once: someone may be trying to sign in as you.\n`
  const own = [email, ...former].map((address, n) =>
    mail(`${about}-${n}`, { email: address }, 'Your Sightline account is about to change', text, now),
  )
  if (!supervisor || supervisor.id === by) return own
  const told = `${supervisor.name},\n\nAn administrator (${by}) has asked Sightline ${WHAT[kind].replace('your', `${name}'s`)}. It will not happen before ${dueAt}, and ${name} can refuse it until then. If ${name} did not lose their password or phone, someone may be trying to sign in as them: tell oversight.\n`
  return [
    ...own,
    mail(`${about}-supervisor`, supervisor, `The account of ${name} is about to change`, told, now),
  ]
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
