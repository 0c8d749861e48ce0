import { join } from 'node:path'
import { isToken, tokenIn } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'
import { ROLES, type Role } from '@sightline/schemas/person'
import { DEVELOPER_ID } from '@sightline/schemas/reserved-ids'
import { rolesOfSession } from '../access/apart.ts'
import { PERMISSIONS, type Permission, type Rule } from '../access/permissions.ts'
import type { Actor, SignOn } from '../plugins/app/actor.ts'

/** An actor to whom only one rule applies: accepted only on loopback, when the api was started with the option. */
export const DEVELOPER: Actor = {
  id: DEVELOPER_ID,
  roles: rolesTogether(ROLES),
  session: null,
  consented: true,
  trainingValid: true,
  recertified: true,
  sources: 'all',
}

/**
 * The development token in `<folder>/dev-token`, created at the first start and readable only by its owner. In
 * development it replaces accounts; an api that listens beyond loopback never accepts it.
 * @throws CONFIG_INVALID when the file cannot be read or created, or contains no token
 */
export async function ensureDevToken(folder: string): Promise<{ token: string; path: string }> {
  const path = join(folder, 'dev-token')
  try {
    const token = await tokenIn(path)
    if (token.length < 32) throw new Error('it is too short')
    return { token, path }
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot use the development token ${path}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Use --data to name a folder that this user may write, or delete the file: the next start creates it again.',
      },
    )
  }
}

/** Whether something is the development token. */
export type DevTokenCheck = (given: string) => boolean

export const devTokenCheck =
  (token: string): DevTokenCheck =>
  (given) =>
    isToken(given, token)

/** Sign-in by `Authorization: Bearer <token>`. */
export function devTokenSignOn(isDevToken: DevTokenCheck): SignOn {
  return ({
    headers: { authorization },
    routeOptions: {
      config: { permission },
    },
  }) => {
    if (authorization === undefined) return null
    if (authorization.startsWith('Bearer ') && isDevToken(authorization.slice(7)))
      return developerFor(permission)
    throw new SightlineError('NOT_SIGNED_ON', 'this is not the development token', {
      hint: 'Send the header `Authorization: Bearer TOKEN` with the token in the file dev-token of the data folder.',
    })
  }
}

/**
 * The developer with the roles that a request needs. In a single request the developer does not have roles that one
 * person cannot have together either (ACC-1): the last ones in the table win, which see most.
 */
function developerFor(permission: Permission | undefined): Actor {
  const rule: Rule | undefined = permission && PERMISSIONS[permission]
  if (!rule || rule.roles === 'everybody') return DEVELOPER
  return { ...DEVELOPER, roles: rolesTogether(rule.roles.toReversed()) }
}

/** As many of these roles as one person may have, giving preference to the first. */
function rolesTogether(roles: readonly Role[]): Role[] {
  const taken: Role[] = []
  for (const role of roles) {
    taken.push(role)
    if (rolesOfSession(taken).length < taken.length) taken.pop()
  }
  return taken
}
