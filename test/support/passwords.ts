import fc from 'fast-check'
import { anyCharacter } from './any-character.ts'

/**
 * Passwords of cameras, for tests that look for them in what is written: two marks that occur nowhere else, with any
 * characters before, between and behind, so that a part that gets out is found as well as the whole.
 */
export const MARKS = ['hUnq7', 'wZk9tr'] as const

const unit = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(...'/?#@:%&=;, +"\'\\<>[]{}|^`'),
  fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
)
const some = fc.array(unit, { maxLength: 3 }).map((units) => units.join(''))

export const password = fc
  .tuple(some, some, some)
  .map(([before, between, behind]) => `${before}${MARKS[0]}${between}${MARKS[1]}${behind}`)

/** What of a password stands in a text: as it is, percent-encoded, in Basic authentication, or a part of it. */
export function found(text: string, secret: string, user = 'admin'): string[] {
  const forms = [
    ...MARKS,
    secret,
    encodeURIComponent(secret),
    Buffer.from(`${user}:${secret}`).toString('base64'),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ]
  const lower = text.toLowerCase()
  return forms.filter((form) => lower.includes(form.toLowerCase()))
}
