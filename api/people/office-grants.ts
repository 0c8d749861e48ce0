import type { AccessFile } from '@sightline/schemas/access-request'
import type { Mail } from '@sightline/schemas/mail'
import type { Office, Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'
import { stageOfChange } from './takeover.ts'

/**
 * No administrator alone assigns a role (ACC-1): with their own accounts as supervisor and system owner they could
 * approve and grant the request of a third account. A second administrator confirms by requesting the same; otherwise
 * the change waits three days, in which those who manage or review accounts can refuse it. Pure.
 */

/** Roles whose holders may refuse. */
const ASKED: readonly Office[] = ['administrator', 'oversight']

/**
 * Whether access has ever been granted. Before that there is nothing to see, and nobody else to ask: an installation
 * begins with one administrator. It cannot be undone, because ended access stays in the file.
 */
export const isInUse = (files: readonly AccessFile[]): boolean =>
  files.some(({ requests }) => requests.some(({ state }) => state === 'granted' || state === 'ended'))

/**
 * State of a change of roles: to be announced, or to be made now.
 * @param by who requests it now; if not the first requester, this confirms it
 * @throws CONFLICT while it waits, or another change does
 */
export function stageOfOffices(
  person: Person,
  offices: readonly Office[],
  { by, now }: { by: string; now: number },
): 'new' | 'due' {
  const { pending } = person
  const isConfirmed = pending?.kind === 'offices' && pending.by !== by
  const at = isConfirmed ? Math.max(now, Date.parse(pending.dueAt)) : now
  return stageOfChange(person, { kind: 'offices', offices: [...offices] }, at)
}

/** People who can refuse it, including suspended ones: the link works without signing in. */
export const peopleToAsk = (person: Person, people: readonly Person[]): Person[] =>
  people.filter(
    ({ id, offices, state }) =>
      id !== person.id &&
      id !== person.pending!.by &&
      state !== 'invited' &&
      offices.some((office) => ASKED.includes(office)),
  )

/** One e-mail for each of them. */
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
