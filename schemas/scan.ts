import type { TSchema } from 'typebox'
import { Instant } from './message.ts'
import { Region } from './plate.ts'
import {
  afterCharacter,
  afterInstant,
  afterRegion,
  CLOSE,
  EXACT_DIGITS,
  MOST_DIGITS,
  POWERS,
  tableOf,
  unit,
} from './scan-bytes.ts'

/**
 * Says whether `bytes` are certainly valid JSON of the scanner's schema, and where the wanted values are.
 *
 * It returns true only for what it has checked byte by byte: JSON without whitespace, properties in the schema's order.
 * False means "not sure": escapes, exponents and long numbers are left to the real parser. So it runs before the
 * parser, never instead of it; whatever it accepts, the parser and the validator accept too (a property test proves
 * it).
 * @param found receives begin and end of each wanted value, at 2i and 2i + 1
 */
export type Scan = (bytes: Uint8Array, found: Int32Array) => boolean

/** The supported part of JSON schema; other keywords are refused, so that none is overlooked. */
interface Plain {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Plain[]
  items?: Plain
  maxItems?: number
  properties?: Record<string, Plain>
  required?: string[]
  additionalProperties?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

const WORDS = new Set(
  [
    'type const enum anyOf items maxItems properties required additionalProperties pattern minLength maxLength',
    'minimum maximum exclusiveMinimum exclusiveMaximum $id title description examples',
  ].flatMap((words) => words.split(' ')),
)

/**
 * Compiles a schema into a scanner, as TypeBox compiles its validators: straight-line code, one function per object,
 * three times as fast as combined closures.
 * @param wanted paths of properties, such as `/camera/country`; not of items of arrays
 * @throws when the schema uses an unsupported keyword: a defect that appears at the first start
 */
export function compileScan(schema: TSchema, wanted: readonly string[]): Scan {
  const parts: Parts = { wanted, tables: [], functions: [] }
  const code = valueCode(schema as Plain, '', parts)
  const tables = parts.tables.map((_, n) => `const table${n} = tables[${n}]`)
  const make = new Function(
    ...['tables', 'powers', 'afterCharacter', 'afterInstant', 'afterRegion'],
    `${[...tables, ...parts.functions].join('\n')}
    function afterAll(b, found) { let p = 0, c = 0; ${code} return p }
    return (b, found) => afterAll(b, found) === b.length`,
  )
  return make(parts.tables, POWERS, afterCharacter, afterInstant, afterRegion) as Scan
}

interface Parts {
  readonly wanted: readonly string[]
  readonly tables: Uint8Array[]
  /** `function object0(b, p, found)`: the place after the object, below 0 when there is none. */
  readonly functions: string[]
}

// Each piece of code reads one value of the bytes `b` from `p`, and moves `p` behind it.

const fail = 'return -1'

function valueCode(schema: Plain, path: string, parts: Parts): string {
  for (const word of Object.keys(schema)) if (!WORDS.has(word)) throw unknown(word)
  const code = bareCode(schema, path, parts)
  const number = parts.wanted.indexOf(path)
  return number < 0 ? code : `found[${2 * number}] = p; ${code} found[${2 * number + 1}] = p;`
}

function bareCode(schema: Plain, path: string, parts: Parts): string {
  if (schema.const !== undefined) return textCode(JSON.stringify(schema.const))
  if (schema.enum)
    return [...schema.enum.map((value) => choiceCode(JSON.stringify(value))), `${fail};`].join(' else ')
  if (schema.anyOf) {
    const [value, nothing, ...more] = schema.anyOf
    if (!value || nothing?.type !== 'null' || more.length > 0) throw unknown('anyOf')
    return `if (b[p] === ${unit('n')}) { ${textCode('null')} } else { ${valueCode(value, path, parts)} }`
  }
  switch (schema.type) {
    case 'object':
      return callCode(`object${parts.functions.push(objectCode(schema, path, parts)) - 1}`, ', found')
    case 'array':
      return arrayCode(schema, parts)
    case 'string':
      return schema.pattern === undefined ? stringCode(schema) : patternCode(schema.pattern, parts)
    case 'number':
    case 'integer':
      return numberCode(schema)
  }
  throw unknown(`type ${schema.type}`)
}

const unknown = (what: string) => new Error(`a scanner cannot be made: ${what} is not understood`)

const isText = (text: string) => [...text].map((char, i) => `b[p + ${i}] === ${unit(char)}`).join(' && ')
const textCode = (text: string) => `if (!(${isText(text)})) ${fail}; p += ${text.length};`
const choiceCode = (text: string) => `if (${isText(text)}) p += ${text.length};`
const callCode = (name: string, more = '') => `if ((p = ${name}(b, p${more})) < 0) ${fail};`

function objectCode(
  { properties = {}, required = [], additionalProperties }: Plain,
  path: string,
  parts: Parts,
): string {
  if (additionalProperties !== false) throw unknown('an open object')
  const members = Object.entries(properties).map(([name, schema], i) => {
    const key = `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`
    const value = valueCode(schema, `${path}/${name}`, parts)
    if (required.includes(name)) return textCode(key) + value
    if (i === 0) throw unknown('an optional property at the beginning')
    return `if (${isText(key)}) { p += ${key.length}; ${value} }`
  })
  return `function object${parts.functions.length}(b, p, found) { let c = 0
    ${members.join('\n')}
    ${textCode('}')} return p }`
}

function arrayCode({ items = {}, maxItems = Number.MAX_SAFE_INTEGER }: Plain, parts: Parts): string {
  return `${textCode('[')}
    if (b[p] === ${unit(']')}) p++
    else for (let count = 1; ; count++) {
      if (count > ${maxItems}) ${fail}
      ${valueCode(items, '/*', parts)}
      c = b[p++]
      if (c === ${unit(']')}) break
      if (c !== ${unit(',')}) ${fail}
    }`
}

/**
 * Text without escapes. It has at least as many bytes as characters, however those are counted; if there is a minimum
 * length, only ASCII is accepted.
 */
function stringCode({ minLength = 0, maxLength = Number.MAX_SAFE_INTEGER }: Plain): string {
  return `${textCode('"')} {
      const from = p
      while ((c = b[p]) !== ${unit('"')}) {
        if (c >= 32 && c < 128 && c !== ${unit('\\')}) p++
        else ${minLength > 1 ? fail : callCode('afterCharacter')}
      }
      if (p - from < ${minLength} || p - from > ${maxLength}) ${fail}
      p++
    }`
}

/** `^[characters]{1,22}$` in the spellings that the schemas use. */
const CLASS = /^\^(\[[^\]]+\])(?:\{(\d+)(?:,(\d+))?\})?\$$/

function patternCode(pattern: string, { tables }: Parts): string {
  const quoted = (call: string) => `${textCode('"')} ${callCode(call)} ${textCode('"')}`
  if (pattern === (Instant as Plain).pattern) return quoted('afterInstant')
  if (pattern === (Region as Plain).pattern) return quoted('afterRegion')
  const [, allowed, least = '1', most = least] = CLASS.exec(pattern) ?? []
  if (!allowed) throw unknown(`the pattern ${pattern}`)
  const table = `table${tables.push(tableOf(allowed)) - 1}`
  return `${textCode('"')} {
      const from = p
      while (${table}[b[p]] === 1) p++
      if (p - from < ${least} || p - from > ${most}) ${fail}
    } ${textCode('"')}`
}

function numberCode({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Plain): string {
  const outside = [
    ...(minimum === undefined ? [] : [`value < ${minimum} + margin`]),
    ...(maximum === undefined ? [] : [`value > ${maximum} - margin`]),
    ...(exclusiveMinimum === undefined ? [] : [`value <= ${exclusiveMinimum} + margin`]),
    ...(exclusiveMaximum === undefined ? [] : [`value >= ${exclusiveMaximum} - margin`]),
  ]
  const digits = `while ((c = b[p]) >= 48 && c <= 57) { digits = digits * 10 + c - 48; p++ }`
  return `{
      const negative = b[p] === ${unit('-')}
      if (negative) p++
      const from = p
      let digits = 0, decimals = 0
      ${digits}
      if (p === from || (b[from] === 48 && p > from + 1)) ${fail}
      if (${type === 'number'} && c === ${unit('.')}) {
        const point = ++p
        ${digits}
        if (p === point) ${fail}
        decimals = p - point
      }
      if (p - from > ${MOST_DIGITS}) ${fail}
      const margin = p - from > ${EXACT_DIGITS} ? ${CLOSE} : 0
      const value = (negative ? -digits : digits) / powers[decimals]
      if (${outside.join(' || ') || 'false'}) ${fail}
    }`
}
