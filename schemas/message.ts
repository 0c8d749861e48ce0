import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { SightlineError } from './errors.ts'
import { safeText } from './safe-text.ts'

/** Valid calendar days: JavaScript's `Date` would turn others into a different day. */
const DAYS =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))'
const LEAP_YEARS = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const INSTANT = `^(?:\\d{4}-${DAYS}|${LEAP_YEARS}-02-29)T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$`

/** An instant: ISO 8601 in UTC with milliseconds, e.g. `2026-11-24T03:05:01.123Z`. One spelling, so that
 * strings sort by time and an id made from an instant is stable. */
export const Instant = Type.String({
  pattern: INSTANT,
  description: 'ISO 8601, UTC, milliseconds',
  examples: ['2026-11-24T03:05:01.123Z'],
})

/** A probability from 0 to 1. */
export const Probability = Type.Number({ minimum: 0, maximum: 1 })

/** One token of a NATS subject: no dots, blanks or wildcards. Ids of cameras, vendors and people are tokens. */
export const Token = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
export const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text)

/** Checks untrusted input against one schema. */
export interface Parser<S extends TSchema> {
  readonly schema: S
  /** True when `value` conforms to the schema. */
  check(value: unknown): value is Static<S>
  /** The value with its type. @throws MESSAGE_INVALID naming the first wrong place. */
  parse(value: unknown): Static<S>
  /** The same from JSON text or bytes. @throws MESSAGE_NOT_JSON, MESSAGE_INVALID. */
  parseJson(text: string | Uint8Array): Static<S>
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Compiles a schema once into the parser for every border where such a message arrives.
 * @param name the message's name for error texts, e.g. `read`
 * @param upgrade turns what an older version stored into today's form; leaves everything else as it is
 */
export function createParser<S extends TSchema>(
  name: string,
  schema: S,
  upgrade?: (value: unknown) => unknown,
): Parser<S> {
  const compiled = Compile(schema)
  const check = (value: unknown): value is Static<S> => compiled.Check(value)
  const parse = (stored: unknown): Static<S> => {
    const value = upgrade ? upgrade(stored) : stored
    if (check(value)) return value
    const first = compiled.Errors(value)[0]
    // The keys are text from the sender.
    const place = safeText(first?.instancePath || '/')
    throw new SightlineError(
      'MESSAGE_INVALID',
      `not a valid ${name}: ${place} ${first ? faultText(first) : 'is wrong'}`,
    )
  }
  const parseJson = (text: string | Uint8Array): Static<S> => {
    let value: unknown
    try {
      value = JSON.parse(typeof text === 'string' ? text : utf8.decode(text))
    } catch (cause) {
      throw new SightlineError('MESSAGE_NOT_JSON', `not a valid ${name}: the text is not JSON`, { cause })
    }
    return parse(value)
  }
  return { schema, check, parse, parseJson }
}

/** A fault from a validator, in the shape that TypeBox and Ajv share. */
export interface Fault {
  keyword: string
  params: Record<string, unknown>
  message?: string | undefined
}

/** What is wrong at a place, in words that say what would be right. */
export function faultText({ keyword, params, message = 'is wrong' }: Fault): string {
  if (keyword === 'boolean') return 'is not known here'
  if (keyword === 'format' && params.format === 'seen-text') return 'contains an invisible character'
  if (keyword === 'pattern' && String(params.pattern) === INSTANT) {
    return 'is not a valid date and time, such as 2026-11-24T03:05:01.123Z'
  }
  if (keyword === 'const') return `must be ${JSON.stringify(params.allowedValue)}`
  if (keyword === 'enum') return `must be one of ${JSON.stringify(params.allowedValues)}`
  return message
}

/** A schema that also allows null: the wire states "unknown" explicitly instead of omitting a key. */
export function orNull<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

/** A closed list of strings. */
export function oneOf<const T extends readonly string[]>(values: T, options: { description?: string } = {}) {
  return Type.Enum<[...T]>([...values], options)
}
