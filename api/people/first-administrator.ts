import { type Clock, instant } from '@sightline/runtime/clock'
import type { SightlineError } from '@sightline/schemas/errors'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import type { AuditLog } from '../audit/log.ts'
import { FIRST_ADMINISTRATOR, newPerson, withSetUp } from '../sign-on/set-up.ts'
import type { PeopleStores } from './stores.ts'

/**
 * While there is no administrator, each start creates a one-time link for the first one, and voids the previous link.
 * @returns its token, or null when there is an administrator or may be one, or another process has just created a link
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function firstAdministratorToken(
  { people }: Pick<PeopleStores, 'people'>,
  audit: AuditLog,
  clock: Clock,
): Promise<string | null> {
  const { found: known, malformed } = await people.census()
  // An unreadable account may be the administrator's: damage must not create a new administrator.
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
