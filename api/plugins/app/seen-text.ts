import { SightlineError } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'
import { directionMarkIn, unseenCharacterIn } from '@sightline/schemas/seen-text'
import type { FastifyInstance } from 'fastify'

/** Fields with longer text. All others are names, including those of future routes. */
export const TEXTS: ReadonlySet<string> = new Set([
  ...['reason', 'purpose', 'need', 'note', 'statement', 'text'],
])
/**
 * Fields that are understood without invisible characters (schemas/written-plate.ts), or that are not text for people.
 */
export const AS_WRITTEN: ReadonlySet<string> = new Set([
  ...['plate', 'plates', 'plateSeen', 'pattern', 'password'],
])

/** Deeper than any valid request, which its schema refuses. */
const DEEPEST = 20

/**
 * Normalizes names and ids, everywhere they arrive: invisible characters are refused, so that no two look alike, and
 * text with several spellings is stored in one (Unicode's NFC). Longer text must not change its direction.
 */
export function addSeenText(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    request.body = checkSeen(request.body, 'body', '', 0)
    request.query = checkSeen(request.query, 'querystring', '', 0)
  })
}

/** @throws MESSAGE_INVALID naming the place and the character */
function checkSeen(value: unknown, place: string, key: string, depth: number): unknown {
  if (typeof value === 'string') return checkSeenString(value, place, key)
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value
  if (Array.isArray(value)) return value.map((part, n) => checkSeen(part, `${place}/${n}`, key, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, checkSeen(part, `${place}/${name}`, name, depth + 1)]),
  )
}

function checkSeenString(text: string, place: string, key: string): string {
  if (AS_WRITTEN.has(key)) return text
  const found = TEXTS.has(key) ? directionMarkIn(text) : unseenCharacterIn(text)
  if (found === null) return text.normalize('NFC')
  const what = TEXTS.has(key)
    ? 'contains a character that reverses the text direction'
    : 'contains an invisible character'
  throw new SightlineError('MESSAGE_INVALID', `${safeText(place)} ${what}: ${found}`, {
    hint: 'Type the text instead of pasting it. Pasted text may contain such characters.',
  })
}
