import { type Clock, instant } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import type { AuditLog } from '../audit/log.ts'
import { FIRST_ADMINISTRATOR, newPerson, withSetUp } from '../sign-on/set-up.ts'
import type { PeopleStores } from './stores.ts'

/**
 * While nobody is an administrator, each start makes a one-time link for the first; the one before is void.
 * @returns its token, or null when there is an administrator or may be one, or another process has just made a link
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function firstAdministratorToken(
  { people }: Pick<PeopleStores, 'people'>,
  audit: AuditLog,
  clock: Clock,
): Promise<string | null> {
  const { found: known, malformed } = await people.census()
  // An account that cannot be read may be the administrator's: nobody becomes one because it was damaged.
  if (malformed.size > 0) return null
  const isThere = known.some(
    ({ value }) => value.offices.includes('administrator') && value.state !== 'invited',
  )
  if (isThere) return null
  const now = clock()
  const before = known.find(({ value }) => value.id === FIRST_ADMINISTRATOR)
  const fresh = newPerson(
    { id: FIRST_ADMINISTRATOR, name: 'First administrator', email: 'nobody@localhost' },
    SYSTEM,
    now,
  )
  const { person, token } = withSetUp(before?.value ?? { ...fresh, offices: ['administrator'] }, now)
  const parameters = { expiresAt: person.setUp?.expiresAt ?? instant(now) }
  await audit.record({ actor: SYSTEM, action: 'person.invite', subject: person.id, parameters })
  try {
    await people.put(person.id, person, before?.revision ?? 0)
    return token
  } catch (error) {
    if ((error as SightlineError).code === 'CONFLICT') return null
    throw error
  }
}
