import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { Person } from '@sightline/schemas/person'
import { NOBODY } from '@sightline/schemas/reserved-ids'
import type { SignOnTries } from '@sightline/schemas/session'
import type { AuditLog } from '../audit/log.ts'
import type { PeopleStores } from '../people/stores.ts'
import { ignoreMalformed, replaceMalformed } from '../shared/left-out.ts'
import { passwordIsRight } from './password.ts'
import { totpStep } from './totp.ts'
import { lockEnd, NONE, type Place, withRight, withWrong } from './tries.ts'

export interface Credentials {
  id: string
  password: string
  /** Six digits from the authenticator app. */
  code: string
}

interface Deps extends Pick<PeopleStores, 'people' | 'tries'> {
  audit: Pick<AuditLog, 'record'>
  clock: Clock
}

export const triesKey = (name: string): string => createHash('sha256').update(name).digest('hex')

/**
 * The person with this name, password and code. Neither the answer nor its time reveals whether the name exists. A try
 * counts before it is checked, so a hundred parallel tries gain nothing.
 * @param from where they sign in; its address is recorded in the audit log, too
 * @throws NOT_SIGNED_ON, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, AUDIT_UNAVAILABLE
 */
export async function checkCredentials(
  deps: Deps,
  { id, password, code }: Credentials,
  from: Place,
): Promise<Person> {
  const { people, tries, audit, clock } = deps
  const key = triesKey(id)
  // Nobody can sign in to a malformed account.
  const known = await people.find(id).catch(ignoreMalformed)
  const tell = (outcome: string) =>
    audit.record({
      actor: known ? id : NOBODY,
      action: 'sign-on',
      subject: null,
      parameters: { by: 'password', address: from.address, outcome },
    })

  const judged = await countTry(tries, key, (before) => {
    const until = lockEnd(before, from, clock())
    return until === null ? withWrong(before, from, clock()) : until
  })
  if (judged !== null) {
    await tell('locked')
    throw new SightlineError('ACCOUNT_LOCKED', 'this account is locked after failed sign-ins (ACC-7)', {
      hint: `Try again after ${judged}, or use the browser that you signed in with before. If it was not you, tell an administrator.`,
    })
  }
  const person = await judge(deps, known, password, code)
  if (!person) {
    await tell('wrong')
    throw new SightlineError('NOT_SIGNED_ON', 'the name, the password or the code is wrong', {
      hint: 'Enter all three again. Each code works only once. After five failed sign-ins the account is locked for your location.',
    })
  }
  if (person.state === 'suspended') {
    await tell('suspended')
    throw new SightlineError('ACCOUNT_LOCKED', 'this account is suspended (ACC-7)', {
      hint: 'Ask an administrator why. They can lift the suspension.',
    })
  }
  await tell('right')
  await countTry(tries, key, (before) => withRight(before, from))
  return person
}

/** How often a count is retried that others changed at the same moment: flooding a name must not block others. */
const ATTEMPTS = 50

/**
 * Stores a new count; if `next` returns an instant, stores nothing.
 * @returns that instant, else null
 * @throws TOO_MANY_REQUESTS
 */
async function countTry(
  tries: Deps['tries'],
  key: string,
  next: (before: SignOnTries) => SignOnTries | string,
): Promise<string | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // A malformed count counts as none.
    const before = await tries.find(key).catch(replaceMalformed(NONE))
    const after = next(before?.value ?? NONE)
    if (typeof after === 'string') return after
    try {
      await tries.put(key, after, before?.revision ?? 0)
      return null
    } catch (error) {
      if ((error as SightlineError).code !== 'CONFLICT') throw error
      await pause(Math.random() * 2 * attempt)
    }
  }
  throw new SightlineError('TOO_MANY_REQUESTS', 'too many sign-ins with this name right now', {
    hint: 'Try again in a moment.',
  })
}

/** The person with the code used up, or undefined when something is wrong. */
async function judge(
  { people, clock }: Deps,
  known: { value: Person; revision: number } | undefined,
  password: string,
  code: string,
): Promise<Person | undefined> {
  const isRight = await passwordIsRight(password, known?.value.passwordHash ?? null)
  const totp = known?.value.totp
  const step = totp ? totpStep(totp.secret, code, totp.lastStep, clock()) : null
  if (!isRight || !known || !totp || step === null) return undefined
  const spent = { ...known.value, totp: { ...totp, lastStep: step } }
  return (await people.put(spent.id, spent, known.revision)).value
}
