import fc from 'fast-check'
import { anyCharacter } from '../../support/any-character.ts'

/** The part of JSON Schema that the document of the api uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  allOf?: Schema[]
  pattern?: string
  format?: string
  examples?: unknown[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
}

/** A place where a value goes that an earlier answer held: its kind and which of them. */
const KNOWN = 'known\u0000'
const known = (kind: string) => fc.nat(10_000).map((n) => `${KNOWN}${kind}\u0000${n}`)

/** What earlier answers held, by the name of the property. */
export type Known = ReadonlyMap<string, readonly string[]>

/** The value with what is known put in its places. */
export function resolved(value: unknown, of: Known): unknown {
  if (typeof value === 'string' && value.startsWith(KNOWN)) {
    const [, kind, n] = value.split('\u0000')
    // What is no id is words, of a length that reasons have.
    const values = of.get(kind!) ?? [
      kind!.includes('.') ? 'not-there' : 'the lorry stood behind the warehouse',
    ]
    return values[Number(n) % values.length]
  }
  if (Array.isArray(value)) return value.map((part) => resolved(part, of))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, of)]))
}

/** What nobody should send. */
export const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, '', ' ', '*', '>', '.', '../../x', '__proto__', '\u0000', '\ud800', 'a'.repeat(5000)),
  fc.constantFrom(-1, 0, 1e308, Number.MAX_SAFE_INTEGER, true, [], {}, { constructor: null }),
  fc.string({ unit: anyCharacter }),
  fc.jsonValue({ maxDepth: 2 }),
)

const DAY = 86_400_000

/**
 * Values that a schema describes; now and then a part is nonsense, or is left out.
 * @param name of the property, for values that only an earlier answer can contain
 * @param now about when instants lie, milliseconds
 */
export function arbitraryOf(
  schema: Schema,
  components: Record<string, Schema>,
  now: number,
  name = '',
): fc.Arbitrary<unknown> {
  const of = (part: Schema, as = name) => arbitraryOf(part, components, now, as)
  const likely = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 60, arbitrary }, { weight: 1, arbitrary: nonsense })
  if (schema.$ref) return of(components[schema.$ref.split('/').at(-1)!]!)
  if ('const' in schema) return likely(fc.constant(schema.const))
  if (schema.enum) return likely(fc.constantFrom(...schema.enum))
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((part) => of(part)))
  if (schema.allOf) return of(Object.assign({}, ...schema.allOf) as Schema)
  switch (schema.type) {
    case 'string':
      return likely(text(schema, now, name))
    case 'integer':
    case 'number': {
      const { minimum: min = -1000, maximum: max = 100_000 } = schema
      if (schema.type === 'number') return likely(fc.double({ min, max, noNaN: true }))
      return likely(fc.oneof({ weight: 2, arbitrary: known(name) }, fc.integer({ min, max })))
    }
    case 'boolean':
      return likely(fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()))
    case 'array': {
      const { minItems: minLength = 0, maxItems = 4 } = schema
      const maxLength = Math.max(minLength, Math.min(maxItems, 4))
      return likely(fc.array(of(schema.items ?? {}), { minLength, maxLength }))
    }
    case 'object':
      return likely(record(schema, of))
    case 'null':
      return fc.constant(null)
    default:
      return nonsense
  }
}

function record(schema: Schema, of: (part: Schema, as: string) => fc.Arbitrary<unknown>) {
  const { properties = {}, required = [] } = schema
  const always = Object.entries(properties).filter(([key]) => required.includes(key))
  const others = Object.entries(properties).filter(([key]) => !required.includes(key))
  const model = (entries: [string, Schema][]) =>
    fc.record(Object.fromEntries(entries.map(([key, part]) => [key, of(part, key)])))
  // Few at a time: most have a rule about what else may be said.
  const some = fc.subarray(others, { maxLength: Math.min(2, others.length) }).chain(model)
  return fc
    .tuple(model(always), fc.oneof(some, some, model(others)), fc.nat(60))
    .map(([has, may, spoilt]) => {
      const all: Record<string, unknown> = { ...may, ...has }
      if (spoilt === 0) all.unknown = 1
      if (spoilt === 1) delete all[always[0]?.[0] ?? '']
      return all
    })
}

const anyTexts = new Map<number, fc.Arbitrary<string>>()

/** Any text. To make one takes 20 ms, and records are made again for each request. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const made = anyTexts.get(maxLength) ?? fc.string({ unit: anyCharacter, maxLength })
  anyTexts.set(maxLength, made)
  return made
}

function text({ pattern, format, examples, minLength, maxLength }: Schema, now: number, name: string) {
  const choices: { weight: number; arbitrary: fc.Arbitrary<unknown> }[] = [
    { weight: 6, arbitrary: known(name) },
  ]
  if (examples) choices.push({ weight: 6, arbitrary: fc.constantFrom(...examples) })
  if (format === 'uuid') choices.push({ weight: 2, arbitrary: fc.uuid() })
  else if (pattern?.startsWith('^\\d{4}-')) {
    // Instants that a rule may accept, where any would be refused.
    const at = fc
      .integer({ min: now - 60 * DAY, max: now + 200 * DAY })
      .map((ms) => new Date(ms).toISOString())
    choices.push({ weight: 20, arbitrary: at })
  } else if (pattern) choices.push({ weight: 2, arbitrary: fc.stringMatching(new RegExp(pattern)) })
  else {
    const words = fc.lorem({ maxCount: 12 }).filter(({ length }) => length >= (minLength ?? 0))
    choices.push({ weight: 6, arbitrary: words.map((said) => said.slice(0, maxLength)) })
    choices.push({ weight: 1, arbitrary: anyText(maxLength ?? 100) })
  }
  return fc.oneof(...choices)
}
