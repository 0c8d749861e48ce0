import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { referenceAnswers } from '@sightline/runtime/reference'
import type { FastifyInstance } from 'fastify'

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
