import { SightlineError } from '../../schemas/errors.ts'
import type { Office, Person, PersonChange } from '../../schemas/person.ts'

/** Offices that one person cannot have together, and why. */
const APART: [Office, Office, string][] = [
  ['administrator', 'supervisor', 'who opens accounts does not approve their access'],
  ['administrator', 'system-owner', 'who opens accounts does not grant them access'],
  ['administrator', 'oversight', 'oversight reviews what administrators do'],
  ['oversight', 'supervisor', 'oversight reviews what supervisors approve'],
  ['oversight', 'system-owner', 'oversight reviews what system owners grant'],
]

/**
 * The account after an administrator's change. A change of offices or a suspension ends all sessions.
 * @param isAnalyst has been granted access
 * @param supervisor the person named as supervisor, if one is
 * @throws NOT_ALLOWED for one's own, RULE_BROKEN
 */
export function personChanged(
  person: Person,
  { offices = person.offices, supervisor = person.supervisor, suspended }: PersonChange,
  { by, isAnalyst, named }: { by: string; isAnalyst: boolean; named: Person | undefined },
): Person {
  if (by === person.id) {
    throw new SightlineError('NOT_ALLOWED', 'nobody changes their own account (ACC-1)', {
      hint: 'Ask another administrator.',
    })
  }
  for (const [one, other, why] of APART) {
    if (offices.includes(one) && offices.includes(other)) {
      broken(`nobody is ${one} and ${other} at once: ${why}`, 'Give one of the offices to somebody else.')
    }
  }
  const alone = offices.find((office) => office === 'administrator' || office === 'oversight')
  if (alone && isAnalyst) {
    broken(`an analyst cannot have the office ${alone}`, 'End their access first, or choose somebody else.')
  }
  if (supervisor === person.id) broken('nobody is their own supervisor', 'Name somebody else.')
  if (supervisor !== null && supervisor !== person.supervisor && !named?.offices.includes('supervisor')) {
    broken(`${supervisor} does not have the office of a supervisor`, 'Give it to them first.')
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
