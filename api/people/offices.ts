import { SightlineError } from '@sightline/schemas/errors'
import type { Office, Person, PersonChange } from '@sightline/schemas/person'
import { requireApart } from '../access/apart.ts'

/**
 * The account after an administrator's change. A change of roles or a suspension ends all sessions.
 * @param isAnalyst has been granted access
 * @param named the person named as supervisor, if any
 * @throws NOT_ALLOWED for one's own, RULE_BROKEN
 */
export function withOffices(
  person: Person,
  { offices: wanted, supervisor = person.supervisor, suspended }: PersonChange,
  { by, isAnalyst, named }: { by: string; isAnalyst: boolean; named: Person | undefined },
): Person {
  const offices = wanted ?? person.offices
  if (by === person.id) {
    throw new SightlineError('NOT_ALLOWED', 'nobody changes their own account (ACC-1)', {
      hint: 'Ask another administrator.',
    })
  }
  // A suspension must not be refused because of roles that should not be together.
  if (wanted) requireApart([...offices, ...(isAnalyst ? (['analyst'] as const) : [])])
  if (supervisor === person.id) broken('nobody is their own supervisor', 'Name another person.')
  if (supervisor !== null && supervisor !== person.supervisor && !named?.offices.includes('supervisor')) {
    broken(`${supervisor} does not have the supervisor role`, 'First give them that role.')
  }
  const state =
    suspended === undefined
      ? person.state
      : suspended
        ? 'suspended'
        : person.passwordHash || person.singleSignOn
          ? 'active'
          : 'invited'
  const isSame = sameOffices(offices, person.offices) && state === person.state
  return { ...person, offices, supervisor, state, generation: person.generation + (isSame ? 0 : 1) }
}

const sameOffices = (some: readonly Office[], others: readonly Office[]): boolean =>
  some.length === others.length && some.every((office) => others.includes(office))

function broken(message: string, hint: string): never {
  throw new SightlineError('RULE_BROKEN', `${message} (ACC-1)`, { hint })
}
