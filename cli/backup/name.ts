import { SightlineError } from '@sightline/schemas/errors'
import { isToken } from '@sightline/schemas/message'
import { isReservedActor } from '@sightline/schemas/reserved-ids'

/** The name of a person, for the audit log. @throws USAGE */
export function requireName(name: string): string {
  if (isToken(name) && !isReservedActor(name)) return name
  throw new SightlineError('USAGE', '--by is not the name of a person', {
    hint: 'Give one without spaces, e.g. --by ops-kim.',
  })
}
