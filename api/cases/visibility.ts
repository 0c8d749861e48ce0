import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import type { Product, ProductVersion } from '@sightline/schemas/product'
import type { Actor } from '../access/permit.ts'
import { permitSources } from '../access/permit.ts'

/** How a person relates to a case (ACC-8). */
export type Membership = 'owner' | 'member' | null

/** Only the owner may use an event; owner and members may use projects and workspaces (ACC-8). */
export function membershipOf(
  { id }: Pick<Actor, 'id'>,
  one: Pick<Case, 'kind' | 'owner' | 'members'>,
): Membership {
  if (id === one.owner) return 'owner'
  return one.kind !== 'event' && one.members.includes(id) ? 'member' : null
}

/** The same answer for a hidden case and a missing one, so that a refusal does not reveal which cases exist. */
export const noSuchCase = (id: string): SightlineError =>
  new SightlineError('NOT_FOUND', `you have no access to case ${id}, or it does not exist (ACC-8)`, {
    hint: 'See Cases for yours, or ask the case owner to add you.',
  })

/** @throws NOT_FOUND when the person may not see the case; NOT_ALLOWED when only its owner may */
export function requireMembership(actor: Pick<Actor, 'id'>, one: Case, least: 'member' | 'owner'): void {
  const is = membershipOf(actor, one)
  if (is === null) throw noSuchCase(one.id)
  if (least === 'owner' && is !== 'owner') {
    throw new SightlineError('NOT_ALLOWED', 'only the owner of the case may do this (ACC-8)', {
      hint: `The owner is ${one.owner}.`,
    })
  }
}

/** Whether the actor was granted one of the vendors that sent a read (ACC-6). */
export const mayReach = (actor: Actor, vendors: readonly string[]): boolean =>
  vendors.some((vendor) => permitSources(actor, [vendor]) === null)

/**
 * The versions of a product that an actor may read: members all, everybody else the published ones (ACC-8).
 * @param workspace undefined when it was deleted: published versions stay
 */
export function visibleVersions(
  actor: Pick<Actor, 'id'>,
  { versions }: Product,
  workspace: Case | undefined,
): ProductVersion[] {
  if (workspace && membershipOf(actor, workspace) !== null) return versions
  return versions.filter(({ state }) => state === 'published')
}
