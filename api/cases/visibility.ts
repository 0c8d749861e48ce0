import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import type { Product, ProductVersion } from '@sightline/schemas/product'
import type { Actor } from '../access/permit.ts'
import { permitSources } from '../access/permit.ts'

/** What somebody is to a case (ACC-8). */
export type Standing = 'owner' | 'member' | null

/** Events are their owner's alone; projects and workspaces their owner's and members' (ACC-8). */
export function standing({ id }: Pick<Actor, 'id'>, one: Pick<Case, 'kind' | 'owner' | 'members'>): Standing {
  if (id === one.owner) return 'owner'
  return one.kind !== 'event' && one.members.includes(id) ? 'member' : null
}

/** What is not to be seen is not there: nobody learns from a refusal which cases there are. */
export const noSuchCase = (id: string): SightlineError =>
  new SightlineError('NOT_FOUND', `you have no access to case ${id}, or it does not exist (ACC-8)`, {
    hint: 'See Cases for yours, or ask the case owner to add you.',
  })

/** @throws NOT_FOUND when the case is not to be seen; NOT_ALLOWED when it takes its owner */
export function requireStanding(actor: Pick<Actor, 'id'>, one: Case, least: 'member' | 'owner'): void {
  const is = standing(actor, one)
  if (is === null) throw noSuchCase(one.id)
  if (least === 'owner' && is !== 'owner') {
    throw new SightlineError('NOT_ALLOWED', 'only the owner of the case may do this (ACC-8)', {
      hint: `The owner is ${one.owner}.`,
    })
  }
}

/** Whether somebody was granted one of the vendors that gave a read (ACC-6). */
export const mayReach = (actor: Actor, vendors: readonly string[]): boolean =>
  vendors.some((vendor) => permitSources(actor, [vendor]) === null)

/**
 * The versions of a product that somebody may read: the group all, everybody else the published ones (ACC-8).
 * @param workspace undefined when it was deleted: what was published from it stays
 */
export function visibleVersions(
  actor: Pick<Actor, 'id'>,
  { versions }: Product,
  workspace: Case | undefined,
): ProductVersion[] {
  if (workspace && standing(actor, workspace) !== null) return versions
  return versions.filter(({ state }) => state === 'published')
}
