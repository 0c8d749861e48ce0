/**
 * Writes each schema with a title once, as a component of the OpenAPI document, and refers to it everywhere else.
 * Without this the document would repeat a case for every route that returns one.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

/** The answer for errors; all have the same form (RFC 9457). */
const PROBLEM = 'Problem'

/**
 * The document with every titled schema, and the answer for errors, written once.
 * @param document OpenAPI 3.1; not changed
 * @throws when two different schemas have the same title
 */
export function nameSchemas(document: JsonObject): JsonObject {
  const schemas: JsonObject = {}
  const responses: JsonObject = {}

  function lifted(value: Json): Json {
    if (Array.isArray(value)) return value.map(lifted)
    if (value === null || typeof value !== 'object') return value
    const inside = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, lifted(part)]))
    const title = titleOf(value)
    if (title !== undefined) return keepOnce(schemas, 'schemas', title, inside)
    if (isProblem(inside)) return keepOnce(responses, 'responses', PROBLEM, inside)
    return inside
  }

  const { components = {}, ...rest } = document
  const lists = components as JsonObject
  // Those that are already components, under their own names.
  for (const [name, schema] of Object.entries((lists.schemas ?? {}) as JsonObject)) {
    const { title: _, ...untitled } = schema as JsonObject
    const inside = lifted(untitled)
    const title = titleOf(schema as JsonObject)
    schemas[name] = title === undefined ? inside : { ...(inside as JsonObject), title }
  }
  const lighter = lifted(rest) as JsonObject
  return {
    ...lighter,
    components: { ...lists, schemas: sortEntries(schemas), responses: sortEntries(responses) },
  }
}

/** Title of a schema, not of an info block or of a property named title. */
function titleOf(value: JsonObject): string | undefined {
  const isSchema = 'type' in value || 'anyOf' in value || 'allOf' in value
  return isSchema && typeof value.title === 'string' ? value.title : undefined
}

function isProblem(value: JsonObject): boolean {
  const content = value.content as JsonObject | undefined
  return value.description === PROBLEM && content !== undefined && 'application/problem+json' in content
}

function keepOnce(list: JsonObject, kind: string, name: string, value: JsonObject): JsonObject {
  const before = list[name]
  if (before !== undefined && !isSame(before, value)) {
    throw new Error(`two different ${kind} have the title ${name}: give one of them another title`)
  }
  list[name] = value
  return { $ref: `#/components/${kind}/${name}` }
}

/** Whether two schemas are equal except for `$id`, which a copy may lack. */
const isSame = (one: Json, other: Json): boolean => text(one) === text(other)

const text = (value: Json): string =>
  JSON.stringify(value, (key, part) => (key === '$id' ? undefined : sortedKeys(part)))

const sortedKeys = (part: Json): Json =>
  part !== null && typeof part === 'object' && !Array.isArray(part) ? sortEntries(part) : part

const sortEntries = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
