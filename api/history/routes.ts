import { normalizePattern } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import { FederatedSearchAnswer, FederatedSearchRequest } from '@sightline/schemas/federated-search'
import { Matter } from '@sightline/schemas/matter'
import { Instant, orNull } from '@sightline/schemas/message'
import { normalizePlate } from '@sightline/schemas/plate'
import Type from 'typebox'
import type { Route, Routes } from '../app.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { auditOf } from '../plugins/app/audit.ts'
import { hangUpSignal } from '../shared/hang-up.ts'
import { problems } from '../shared/problem.ts'
import { type QueryDeps, runRecordedQuery } from './recorded.ts'

/** A plate as people write it. */
export const WrittenPlate = Type.String({ minLength: 1, maxLength: 30, examples: ['7ABC 123'] })

const Body = Type.Object(
  {
    ...FederatedSearchRequest.properties,
    plate: Type.Optional(WrittenPlate),
    pattern: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 30,
        examples: ['7AB*', '7ABC1?3'],
        description:
          'Plate with ? for one unknown character and * for any number; at least two characters must be known',
      }),
    ),
    ...Matter.properties,
  },
  { additionalProperties: false },
)
const QueryId = Type.String({ format: 'uuid', description: 'Subject of the audit records of a query' })

/** What every answer to a query contains besides the results. */
export const Told = {
  query: QueryId,
  cached: orNull(
    Type.Object(
      { query: QueryId, askedAt: Instant, expiresAt: Instant },
      { description: 'The earlier query whose answer was returned from the cache (QRY-7)' },
    ),
  ),
  expiresAt: orNull(
    Type.Intersect([Instant], {
      description:
        'Until then results can be saved and their images seen (QRY-7); null: they could not be kept',
    }),
  ),
}
const Answer = Type.Object({ ...Told, ...FederatedSearchAnswer.properties })

/** @throws PLATE_IMPOSSIBLE: vendors do not support lists of characters */
function searchPattern(text: string): string {
  const pattern = normalizePattern(text)
  if (!pattern.includes('[')) return pattern
  throw new SightlineError('PLATE_IMPOSSIBLE', 'pattern contains characters in brackets', {
    hint: 'A search allows ? for any one character and * for any number. Search once for each character in the brackets.',
  })
}

/** Searches the vendors' histories; recorded before anybody is asked (AUD-1). */
export const searchRoutes: Route<QueryDeps> = (app, deps) => {
  app.post(
    '/v1/search',
    {
      config: {
        permission: 'query.run',
        // The id of a query is created with it.
        audit: { action: 'query.search', decided: true, also: ['query.answer'] },
      },
      schema: {
        tags: ['queries'],
        summary: 'Search the vendors’ histories (QRY-1 to QRY-6)',
        description:
          'By plate (exact or look-alike), by pattern, by place, by vehicle at a place. Without `from`, the last 30 days; ' +
          '`older` is the window to search next. Each vendor says whether it is complete; rows it sent against the ' +
          'rules are counted in `filtered`. A repeat is answered from the cache (QRY-7); only results saved into a case are kept ' +
          '(QRY-8).',
        body: Body,
        response: { 200: Answer, ...problems(400, 403, 404, 422, 503) },
      },
    },
    async (httpRequest, reply) => {
      const { caseRef, purpose, plate, pattern, ...rest } = httpRequest.body
      const request = {
        ...rest,
        ...(plate !== undefined && { plate: normalizePlate(plate) }),
        ...(pattern !== undefined && { pattern: searchPattern(pattern) }),
      }
      const signal = hangUpSignal(reply)
      const { answer, ...told } = await runRecordedQuery(
        { ...deps, audit: auditOf(httpRequest) },
        { action: 'query.search', actor: actorOf(httpRequest), matter: { caseRef, purpose }, request },
        async (question, after) => {
          const { next, reach, ...answer } = await deps.federation.search(question, { signal, after })
          return {
            answer,
            next,
            reach,
            ids: answer.reads.map(({ read }) => read.id),
            vendors: answer.vendors,
          }
        },
      )
      return { ...told, ...answer }
    },
  )
}

export const routes: Routes = [searchRoutes]
