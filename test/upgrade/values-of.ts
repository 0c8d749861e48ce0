import fc from 'fast-check'

/** The part of JSON Schema that stored records use. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
}

/**
 * Values that a schema accepts, each with every property: together they have every word of a list and every branch of
 * a choice. Always the same ones.
 */
export function valuesOf(schema: Schema): unknown[] {
  return Array.from({ length: widest(schema) }, (_, n) => example(schema, n))
}

/** Most branches or words of any one choice in it. */
function widest(schema: Schema): number {
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.items ? [schema.items] : [])]
  const named = { ...schema.properties, ...schema.patternProperties }
  // A choice in a branch is met only when the branch is: so many rounds more.
  const rounds = (schema.anyOf?.length ?? 1) * Math.max(1, ...parts.map(widest))
  return Math.max(rounds, schema.enum?.length ?? 1, ...Object.values(named).map(widest))
}

function example(schema: Schema, n: number): unknown {
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum[n % schema.enum.length]
  if (schema.anyOf) {
    const { length } = schema.anyOf
    return example(schema.anyOf[n % length]!, Math.floor(n / length))
  }
  if (schema.allOf) return example(Object.assign({}, ...schema.allOf) as Schema, n)
  const { minimum, maximum, minItems = 0, maxItems = 1, maxProperties = Number.POSITIVE_INFINITY } = schema
  switch (schema.type) {
    case 'string':
      return text(schema, n)
    case 'integer':
    case 'number':
      return minimum ?? Math.min(1, maximum ?? 1)
    case 'boolean':
      return n % 2 === 0
    case 'array': {
      const length = Math.min(Math.max(1, minItems), maxItems)
      return Array.from({ length }, (_, i) => example(schema.items ?? {}, n + i))
    }
    case 'object': {
      const of = (properties: Readonly<Record<string, Schema>> = {}) =>
        Object.entries(properties).map(([name, part]) => [name, example(part, n)] as const)
      const free = of(schema.patternProperties).map(
        ([pattern, value]) => [text({ pattern }, n), value] as const,
      )
      return Object.fromEntries([...of(schema.properties), ...free].slice(0, maxProperties))
    }
    default:
      return null // nothing, or anything
  }
}

const texts = new Map<string, string>()

/** Something of the pattern; making one takes milliseconds, and few are different. */
function text({ pattern, format, minLength = 0, maxLength = 100 }: Schema, n: number): string {
  if (pattern === undefined) {
    if (format === 'uuid') return '3f2b8c1e-7a54-4d0e-9c1b-5a7d2e8f6b40'
    return 'made up '.repeat(Math.ceil((minLength + 1) / 8)).slice(0, maxLength)
  }
  const key = `${pattern} ${n % 2} ${minLength} ${maxLength}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const fits = ({ length }: string) => length >= minLength && length <= maxLength
  const [made = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)).filter(fits), {
    numRuns: 1,
    seed: n % 2,
  })
  texts.set(key, made)
  return made
}
