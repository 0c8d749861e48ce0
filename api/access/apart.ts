import type { AccessFile } from '@sightline/schemas/access-request'
import { SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'

/** Roles that one person cannot have together, and why (ACC-1). */
export const APART: readonly (readonly [Role, Role, string])[] = [
  ['administrator', 'supervisor', 'the person who opens accounts must not approve access'],
  ['administrator', 'system-owner', 'the person who opens accounts must not grant access'],
  ['administrator', 'oversight', 'oversight reviews what administrators do'],
  ['administrator', 'analyst', 'the person who opens accounts must not see reads'],
  ['oversight', 'supervisor', 'oversight reviews what supervisors approve'],
  ['oversight', 'system-owner', 'oversight reviews what system owners grant'],
  ['oversight', 'analyst', 'oversight reviews what analysts do'],
]

/**
 * The stored roles that a session carries. A role that excludes access does not make an analyst. Of two roles that one
 * person cannot have together, neither counts.
 */
export const rolesOfSession = (roles: readonly Role[]): Role[] =>
  roles.filter((role) =>
    APART.every(
      ([one, other]) =>
        !isBoth(roles, one, other) || (role !== other && (role !== one || other === 'analyst')),
    ),
  )

const isBoth = (roles: readonly Role[], one: Role, other: Role) =>
  roles.includes(one) && roles.includes(other)

/** @throws RULE_BROKEN when a person would have roles that one person cannot have together */
export function requireApart(roles: readonly Role[]): void {
  for (const [one, other, why] of APART) {
    if (!isBoth(roles, one, other)) continue
    throw new SightlineError('RULE_BROKEN', `one person cannot be both ${one} and ${other}: ${why} (ACC-1)`, {
      hint:
        other === 'analyst'
          ? 'First end the access or remove the role, or choose another person.'
          : 'Give one of the roles to another person.',
    })
  }
}

/** Whether a change to a person's access file brings them closer to being an analyst, or confirms that they are. */
export function makesAnalyst(before: AccessFile | undefined, after: AccessFile): boolean {
  const was = new Map(before?.requests.map(({ id, state }) => [id, state]))
  const asked = after.requests.filter(({ reviewOnly }) => !reviewOnly)
  const isAnalyst = asked.some(({ state }) => state === 'granted')
  return (
    asked.some(
      ({ id, state }) => (state === 'granted' || state === 'supervisor-approved') && was.get(id) !== state,
    ) ||
    (isAnalyst && after.certification?.at !== before?.certification?.at)
  )
}
