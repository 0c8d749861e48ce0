import { openApiDocument } from '@sightline/api/app'
import { nameSchemas } from '@sightline/api/plugins/external/named-schemas'
import { describe, expect, it } from 'vitest'

const plate = { title: 'Plate', type: 'string', maxLength: 10 }
const answer = (schema: object) => ({ content: { 'application/json': { schema } } })
const document = (...schemas: object[]) => ({
  openapi: '3.1.0',
  info: { title: 'Not a schema', version: '1' },
  paths: Object.fromEntries(schemas.map((schema, n) => [`/${n}`, { get: answer(schema) }])),
})

describe('schemas with a name', () => {
  it('are written once and referred to, also inside others', () => {
    const car = { title: 'Car', type: 'object', properties: { plate } }
    const named = nameSchemas(document(plate, car, plate) as never)
    expect(named.components).toMatchObject({
      schemas: {
        Plate: plate,
        Car: { ...car, properties: { plate: { $ref: '#/components/schemas/Plate' } } },
      },
    })
    expect(JSON.stringify(named.paths).match(/components\/schemas\/Plate/g)).toHaveLength(2)
    expect(named.info).toEqual({ title: 'Not a schema', version: '1' })
  })

  it('are refused when two different ones have the same name', () => {
    expect(() => nameSchemas(document(plate, { ...plate, maxLength: 9 }) as never)).toThrow(/the title Plate/)
  })

  it('do not change a property that is called title', () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } } }
    expect(nameSchemas(document(schema) as never).paths).toEqual(document(schema).paths)
  })
})

it('each reference of the document resolves, and no titled schema is repeated in a route', async () => {
  const all = (await openApiDocument()) as Record<string, unknown>
  const text = JSON.stringify(all)
  const targets = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!))
  expect(targets.size).toBeGreaterThan(50)
  for (const path of targets) {
    const found = path
      .split('/')
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], all)
    expect(found, path).toBeDefined()
  }
  expect(JSON.stringify(all.paths)).not.toMatch(/"title":"[A-Z][A-Za-z]+","(type|anyOf)"/)
})
