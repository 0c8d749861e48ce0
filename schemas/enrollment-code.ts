/**
 * One-time codes for enrollment, made to be read aloud and typed: 80 bits in Crockford's base 32 (no I, L, O, U),
 * e.g. `7QK2-9FWM-X3T8-B6HD`. The first group finds the invitation, the other three (60 bits) are the secret.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = 4
const LENGTH = 16

export interface EnrollmentCode {
  /** As shown and typed. */
  text: string
  /** The first group. */
  id: string
}

/** @param random 16 bytes from a cryptographic source; five bits of each are used */
export function codeOf(random: Uint8Array): EnrollmentCode {
  const letters = Array.from(random.subarray(0, LENGTH), (byte) => ALPHABET[byte & 31]).join('')
  return groupLetters(letters)
}

/** The typed code in normal form: any case, with or without hyphens, O for 0, I or L for 1. */
export function parseCode(typed: string): EnrollmentCode | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (letters.length !== LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter))) return undefined
  return groupLetters(letters)
}

function groupLetters(letters: string): EnrollmentCode {
  const groups = letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []
  return { text: groups.join('-'), id: letters.slice(0, GROUP) }
}
