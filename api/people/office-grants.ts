import type { AccessFile } from '@sightline/schemas/access-request'
import type { Mail } from '@sightline/schemas/mail'
import type { Office, Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'
import { standingOf } from './takeover.ts'

/**
 * No administrator alone gives an office (ACC-1): with accounts of their own as supervisor and system owner they would approve
 * and grant what a third one asks for. A second administrator confirms it by doing the same; without one it waits three days
 * for the veto of those who keep or review accounts. Pure.
 */

/** Offices whose holders are asked. */
const ASKED: readonly Office[] = ['administrator', 'oversight']

/**
 * Whether anybody has ever been granted access. Before that there is nothing to see, and nobody else to ask: an installation
 * begins with one administrator. It cannot be undone: what has ended stays in the file.
 */
export const isInUse = (files: readonly AccessFile[]): boolean =>
  files.some(({ requests }) => requests.some(({ state }) => state === 'granted' || state === 'ended'))

/**
 * Where a change of offices stands: to be announced, or to be done now.
 * @param by who asks for it now; another one than who asked first confirms it
 * @throws CONFLICT while it waits, or another change does
 */
export function officesStanding(
  person: Person,
  offices: readonly Office[],
  { by, now }: { by: string; now: number },
): 'new' | 'due' {
  const { pending } = person
  const isConfirmed = pending?.kind === 'offices' && pending.by !== by
  const at = isConfirmed ? Math.max(now, Date.parse(pending.dueAt)) : now
  return standingOf(person, { kind: 'offices', offices: [...offices] }, at)
}

/** Those who can refuse it, by a link that works without signing on: who is suspended, too. */
export const askedAbout = (person: Person, people: readonly Person[]): Person[] =>
  people.filter(
    ({ id, offices, state }) =>
      id !== person.id &&
      id !== person.pending!.by &&
      state !== 'invited' &&
      offices.some((office) => ASKED.includes(office)),
  )

/** To each of them. */
export function officeAnnouncements(
  { id, name, pending }: Person,
  people: readonly Person[],
  link: string,
  now: number,
): Mail[] {
  const { by, dueAt, offices = [], refusalHash } = pending!
  const wanted = offices.join(', ')
  return people.map((person, n) =>
    mail(
      `pending-${id}-${refusalHash.slice(0, 16)}-${n}`,
      person,
      `${name} is about to get a role in Sightline`,
      `${person.name},\n\nAn administrator (${by}) has asked Sightline to give ${name} (${id}) these roles: ${wanted}. This will not happen before ${dueAt}, unless a second administrator asks for the same.\n\nIf this is right, you don’t need to do anything. If you know nothing about it, refuse it with this link:\n${link}\n\nand tell oversight: someone may be creating accounts for themselves.\n`,
      now,
    ),
  )
}
