import { type Display, PlatePattern } from './display.ts'
import { SightlineError } from './errors.ts'
import { createParser } from './message.ts'
import { coversTooMuch, LARGEST_SHARE, shareOf } from './pattern-share.ts'
import { MAX_PLATE_LENGTH, normalizePlate } from './plate.ts'
import { portOfEntry } from './ports-of-entry.ts'
import { several } from './several.ts'
import { parseWritten, type Written } from './written-plate.ts'

/** Whether the text of a display is a pattern, not a single plate. */
export const isPattern = (plate: string): boolean => /[?*[]/.test(plate)

const patternParser = createParser('plate pattern', PlatePattern)

/**
 * The typed plate or pattern, in normal form: capitals, no separators, ranges in brackets spelled out. Meaningless
 * characters are refused, not dropped: `[A-Z]` never becomes the two characters A and Z.
 * @throws PLATE_IMPOSSIBLE
 */
export function normalizePattern(text: string): PlatePattern {
  const typed = parseWritten(text)
  if (typed.kind === 'pattern' && patternParser.check(typed.text)) return typed.text
  if (typed.kind !== 'pattern' && !/[?*[\]]/.test(text)) return normalizePlate(text)
  throw new SightlineError('PLATE_IMPOSSIBLE', `plate is not a valid pattern: ${faultOf(typed)}`, {
    hint: 'A pattern consists of letters and digits, ? for any one character, * for any number, [ABC] or [A-C] for one of these. Spaces, dots and hyphens are ignored except in brackets.',
  })
}

/** Describes the fault without repeating the plate. */
function faultOf(typed: Written): string {
  if (typed.kind === 'pattern') return 'it is too long'
  if (typed.kind !== 'fault') return 'it has no letters or digits'
  if (/[[\]]/.test(typed.at)) return 'the brackets do not contain a list such as [ABC] or [A-C]'
  return 'it contains characters other than letters, digits, ?, * and brackets'
}

/**
 * Checks what the schema of a display cannot express; errors name the field.
 * @throws RULE_BROKEN: a pattern that matches no plate or covers too many (QRY-6), an unknown time zone or port of
 * entry
 */
export function checkDisplay({
  plate,
  only,
  portsOfEntry,
}: Pick<Display, 'plate' | 'only' | 'portsOfEntry'>): void {
  const places = plate.replace(/\[[^\]]*\]/g, 'A').replaceAll('*', '')
  if (places.length > MAX_PLATE_LENGTH) {
    throw broken(
      `plate has ${several(places.length, 'character')}`,
      `A plate has at most ${MAX_PLATE_LENGTH} characters.`,
    )
  }
  if (isPattern(plate) && coversTooMuch(plate)) throw tooWide(plate)
  if (only?.times && !isTimeZone(only.times.timeZone)) {
    throw broken(
      'only/times/timeZone is unknown',
      'Use a name from the IANA list, such as America/Los_Angeles.',
    )
  }
  for (const code of portsOfEntry ?? []) {
    if (!portOfEntry(code))
      throw broken(
        `portsOfEntry: ${code} is unknown`,
        'schemas/ports-of-entry.ts lists the known land ports.',
      )
  }
}

function tooWide(plate: string): SightlineError {
  const { share, example } = shareOf(plate)
  const percent = share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)
  return broken(
    `plate is a pattern that covers too many vehicles: ${percent} % of all plates like ${example} (QRY-6)`,
    `A pattern may cover at most ${LARGEST_SHARE * 100} %, as two known digits do. Give one more character, list fewer in brackets, or replace a * with a ? for each unknown character.`,
  )
}

const broken = (message: string, hint: string) => new SightlineError('RULE_BROKEN', message, { hint })

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
