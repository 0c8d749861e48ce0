import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import swagger from '@fastify/swagger'
import { referenceAnswers } from '@sightline/runtime/reference'
import { version } from '@sightline/runtime/root'
import type { FastifyInstance } from 'fastify'
import { nameSchemas } from './named-schemas.ts'

/** The OpenAPI document, generated from the routes' schemas. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sightline',
        description: "The agency's api: displays, alerts and their images.",
        version,
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-sightline',
            description: 'Set by POST /v1/sign-on',
          },
          token: { type: 'http', scheme: 'bearer', description: 'Development only' },
        },
      },
      security: [{ session: [] }, { token: [] }],
      tags: [
        { name: 'sign-on', description: 'Signing in, consent, signing out' },
        { name: 'access', description: 'Who may see what: requests, grants, certification' },
        { name: 'people', description: 'Accounts' },
        { name: 'displays', description: 'Stored plate queries' },
        { name: 'alerts', description: 'Reads that matched a display' },
        { name: 'queries', description: 'Searches of the vendors’ histories' },
        { name: 'cases', description: 'What queries are for, and which results are kept' },
        { name: 'products', description: 'Intelligence products of a workspace' },
        { name: 'lookouts', description: 'Vehicles that border inspection looks for' },
        { name: 'review', description: 'Review tools of a subject under investigation' },
        { name: 'oversight', description: 'Reviews of the audit log, misuse, accounts' },
        { name: 'pictures', description: 'Images from cameras' },
        { name: 'edge', description: 'Edge agents: who may publish reads of which cameras' },
        { name: 'service', description: 'State of this process' },
      ],
    },
    // The permission of a route (a row of api/access/permissions.ts), and what it records, are part of its description.
    transform: ({ schema, url, route }) => {
      const { permission, audit } = route.config ?? {}
      const told = {
        ...(permission && { 'x-permission': permission }),
        ...(audit && { 'x-records': 'action' in audit ? [audit.action].flat() : [] }),
      }
      return { schema: { ...schema, ...told }, url }
    },
    // A schema with an `$id` becomes one named component, referred to wherever it is used.
    transformObject: (document) =>
      'openapiObject' in document
        ? (nameSchemas(document.openapiObject as never) as never)
        : (document.swaggerObject as never),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.title ?? `schema${i}`) },
  })
}

/** Only the files: the maker's package reports installations. */
const SWAGGER_UI = join(
  dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')),
  'static',
)

/** The api's reference for people, at `/reference`. */
export function addReference(app: FastifyInstance): void {
  const audit = { none: 'the list of routes reveals nothing about anybody' }
  for (const { path, headers, body } of referenceAnswers(SWAGGER_UI, () => app.swagger()))
    app.get(path, { config: { audit }, schema: { hide: true } }, (_request, reply) =>
      reply.headers(headers).send(body()),
    )
}
