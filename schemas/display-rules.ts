import { type Display, PlatePattern } from './display.ts'
import { SightlineError } from './errors.ts'
import { createParser } from './message.ts'
import { coversTooMuch, LARGEST_SHARE, shareOf } from './pattern-share.ts'
import { MAX_PLATE_LENGTH, normalisePlate } from './plate.ts'
import { portOfEntry } from './ports-of-entry.ts'
import { several } from './several.ts'
import { type Written, written } from './written-plate.ts'

/** Whether the text of a display is a pattern rather than one plate. */
export const isPattern = (plate: string): boolean => /[?*[]/.test(plate)

const patternParser = createParser('plate pattern', PlatePattern)

/**
 * The plate or pattern that somebody typed, in normal form: capitals, nothing between the characters, ranges in brackets
 * spelled out. What has no meaning is refused, not left out: `[A-Z]` never becomes the two characters A and Z.
 * @throws PLATE_IMPOSSIBLE
 */
export function normalisePattern(text: string): PlatePattern {
  const typed = written(text)
  if (typed.kind === 'pattern' && patternParser.check(typed.text)) return typed.text
  if (typed.kind !== 'pattern' && !/[?*[\]]/.test(text)) return normalisePlate(text)
  throw new SightlineError('PLATE_IMPOSSIBLE', `plate is not a pattern: ${faultOf(typed)}`, {
    hint: 'In a pattern stand letters and digits, ? for any one character, * for any number, [ABC] or [A-C] for one of these; blanks, dots and hyphens count only in brackets.',
  })
}

/** Says what is wrong without repeating the plate. */
function faultOf(typed: Written): string {
  if (typed.kind === 'pattern') return 'it is too long'
  if (typed.kind !== 'fault') return 'it has no letters or digits'
  if (/[[\]]/.test(typed.at)) return 'what stands in brackets is not a list such as [ABC] or [A-C]'
  return 'it has characters other than letters, digits, ?, * and brackets'
}

/**
 * What the schema of a display cannot say; errors name the field.
 * @throws RULE_BROKEN: a pattern that no plate fits or that covers too many (QRY-6), an unknown time zone or port of entry
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
      `A plate has at most ${MAX_PLATE_LENGTH}.`,
    )
  }
  if (isPattern(plate) && coversTooMuch(plate)) throw tooWide(plate)
  if (only?.times && !isTimeZone(only.times.timeZone)) {
    throw broken(
      'only/times/timeZone is not known',
      'Name one of the IANA list, such as America/Los_Angeles.',
    )
  }
  for (const code of portsOfEntry ?? []) {
    if (!portOfEntry(code))
      throw broken(
        `portsOfEntry: ${code} is not known`,
        'Known land ports stand in schemas/ports-of-entry.ts.',
      )
  }
}

function tooWide(plate: string): SightlineError {
  const { share, example } = shareOf(plate)
  const percent = share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)
  return broken(
    `plate is a pattern of too many vehicles: of all plates like ${example} it covers ${percent} % (QRY-6)`,
    `It may cover ${LARGEST_SHARE * 100} %, as two digits at known places do. Name another character, leave fewer in brackets, or put a ? for each unknown character instead of a *.`,
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
