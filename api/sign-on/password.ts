import { hash, verify } from '@node-rs/argon2'
import { SightlineError } from '@sightline/schemas/errors'
import type { Person } from '@sightline/schemas/person'

export const MIN_LENGTH = 14
export const MAX_LENGTH = 128

/** Argon2id (the library's default) as OWASP recommends: 19 MiB, two passes. About 25 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hash of a password that nobody knows, so that an unknown name takes as long as a known one. */
const NOBODY = hash(crypto.randomUUID(), COST)

/**
 * Refuses passwords that are easily guessed. Length decides, not special characters (NIST SP 800-63B).
 * @throws RULE_BROKEN
 */
export function checkNewPassword(
  password: string,
  { id, name, email }: Pick<Person, 'id' | 'name' | 'email'>,
): void {
  const refuse = (why: string) => {
    throw new SightlineError('RULE_BROKEN', `this password ${why} (ACC-7)`, {
      hint: `Use several unrelated words, ${MIN_LENGTH} to ${MAX_LENGTH} characters.`,
    })
  }
  const length = [...password].length
  if (length < MIN_LENGTH) refuse(`is shorter than ${MIN_LENGTH} characters`)
  if (length > MAX_LENGTH) refuse(`is longer than ${MAX_LENGTH} characters`)
  if (new Set(password.toLowerCase()).size < 6) refuse('repeats a few characters')
  const own = [id, ...name.split(/\s+/), email.split('@')[0]!, 'sightline', 'password']
  const rest = own
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 2)
    .reduce((text, word) => text.replaceAll(word, ''), password.toLowerCase())
  if (rest.length < MIN_LENGTH / 2) refuse('is too close to your name or a common password')
}

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), COST)

/** Whether a password is right. @param known null when there is none: takes as long, and returns false */
export async function passwordIsRight(password: string, known: string | null): Promise<boolean> {
  const right = await verify(known ?? (await NOBODY), password.normalize('NFKC'))
  return right && known !== null
}
