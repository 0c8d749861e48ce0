import {
  FederatedCompanionsAnswer,
  FederatedSearchAnswer,
  type FederatedSearchRequest,
  VendorIds,
} from '@sightline/schemas/federated-search'
import { Matter } from '@sightline/schemas/matter'
import { Instant } from '@sightline/schemas/message'
import { normalizePlate } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import { AddressLink, ImpossibleTravel, Timeline, VisitedPlace } from '@sightline/schemas/review'
import { CompanionsRequest } from '@sightline/schemas/vendor-search'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Route, Routes } from '../app.ts'
import { toPictured } from '../history/pictured.ts'
import { type QueryDeps, runRecordedQuery } from '../history/recorded.ts'
import { Told, WrittenPlate } from '../history/routes.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { auditOf } from '../plugins/app/audit.ts'
import { hangUpSignal } from '../shared/hang-up.ts'
import { problems } from '../shared/problem.ts'
import { addressLink } from './address-link.ts'
import { collectReads } from './collect.ts'
import { impossibleTravel } from './impossible-travel.ts'
import { localClock } from './local-time.ts'
import { placesOf } from './places.ts'
import { timelineOf } from './timeline.ts'

/** A subject that the case names, and the window; without `from` the last 30 days. */
const Subject = Type.Object(
  {
    ...Matter.properties,
    plate: WrittenPlate,
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    vendors: Type.Optional(VendorIds),
  },
  { additionalProperties: false },
)
type Subject = Static<typeof Subject>

const { window, narrowed, vendors, complete } = FederatedSearchAnswer.properties
const Basis = {
  window,
  narrowed,
  vendors,
  complete,
  ...Told,
  isTruncated: Type.Boolean({ description: 'There are older reads that the review does not include' }),
}

const tags = ['review']

// The id of a query is created with it.
const audit = { action: 'query.review', decided: true, also: ['query.answer'] } as const

const config = { permission: 'query.review', audit } as const

const schemaOf = <B extends object, R extends object>(summary: string, body: B, answer: R) => ({
  tags,
  summary,
  body,
  response: { 200: answer, ...problems(400, 403, 404, 422, 503) },
})

const timelineRoute: Route<QueryDeps> = (app, deps) =>
  app.post(
    '/v1/review/timeline',
    {
      config,
      schema: schemaOf(
        'Movements over time, as a list and a map',
        Subject,
        Type.Object({ ...Basis, timeline: Timeline }),
      ),
    },
    (request, reply) =>
      review(deps, 'timeline', request, reply, (reads) => ({ timeline: timelineOf(reads) })),
  )

const TimeZone = Type.String({
  maxLength: 60,
  description: 'IANA name; default UTC',
  examples: ['America/Los_Angeles'],
})

const PlacesBody = Type.Object(
  { ...Subject.properties, timeZone: Type.Optional(TimeZone) },
  { additionalProperties: false },
)

const placesRoute: Route<QueryDeps> = (app, deps) =>
  app.post(
    '/v1/review/places',
    {
      config,
      schema: schemaOf(
        'Places visited, ranked by visits and hours',
        PlacesBody,
        Type.Object({ ...Basis, places: Type.Array(VisitedPlace) }),
      ),
    },
    async (request, reply) => {
      const { timeZone = 'UTC' } = request.body
      const localTime = localClock(timeZone)
      return review(deps, 'places', request, reply, (reads) => ({ places: placesOf(reads, localTime) }), {
        timeZone,
      })
    },
  )

const impossibleTravelRoute: Route<QueryDeps> = (app, deps) =>
  app.post(
    '/v1/review/impossible-travel',
    {
      config,
      schema: schemaOf(
        'Sightings that no single vehicle explains: a cloned plate',
        Subject,
        Type.Object({ ...Basis, travel: ImpossibleTravel }),
      ),
    },
    (request, reply) =>
      review(deps, 'impossible-travel', request, reply, (reads) => ({ travel: impossibleTravel(reads) })),
  )

const LinkBody = Type.Object(
  {
    ...Subject.properties,
    address: Type.String({ minLength: 3, maxLength: 200 }),
    radiusM: Type.Optional(Type.Number({ minimum: 0, maximum: 500 })),
  },
  { additionalProperties: false },
)

const addressLinkRoute: Route<QueryDeps> = (app, deps) =>
  app.post(
    '/v1/review/address-link',
    {
      config,
      schema: schemaOf(
        'How a vehicle is linked to an address',
        LinkBody,
        Type.Object({ ...Basis, link: AddressLink }),
      ),
    },
    async (request, reply) => {
      const { address, radiusM } = request.body
      const area = { address, ...(radiusM !== undefined && { radiusM }) }
      const plate = normalizePlate(request.body.plate)
      return review(deps, 'address-link', request, reply, (reads) => ({ link: addressLink(plate, reads) }), {
        area,
      })
    },
  )

const CompanionsBody = Type.Object(
  { ...Subject.properties, limit: Type.Optional(CompanionsRequest.properties.limit) },
  { additionalProperties: false },
)

const companionsRoute: Route<QueryDeps> = (app, deps) =>
  app.post(
    '/v1/review/companions',
    {
      config,
      schema: schemaOf(
        'Vehicles that travel along, ranked against chance, with the evidence',
        CompanionsBody,
        Type.Object({ ...Told, ...FederatedCompanionsAnswer.properties }),
      ),
    },
    (request, reply) => {
      const { limit = 20 } = request.body
      const signal = hangUpSignal(reply)
      return recorded(deps, 'companions', request, { limit }, async ({ plate, vendors, from, to }) => {
        const asked = { plate: plate!, limit, vendors, ...(from && { from }), ...(to && { to }) }
        const found = await deps.federation.companions(asked, { signal })
        return { answer: found, ids: found.companions.map(({ plate }) => plate), vendors: found.vendors }
      })
    },
  )

/** Collects the subject's reads, or all reads at a place, and analyzes them. */
function review<A extends object>(
  deps: QueryDeps,
  tool: string,
  request: FastifyRequest<{ Body: Subject }>,
  reply: FastifyReply,
  look: (reads: readonly Read[]) => A,
  more: Asked = {},
) {
  const signal = hangUpSignal(reply)
  return recorded(deps, tool, request, more, async (granted) => {
    const { plate, ...anyPlate } = granted
    const { reads, reach, ...basis } = await collectReads(deps.federation, more.area ? anyPlate : granted, {
      signal,
    })
    return {
      answer: { ...basis, ...look(reads) },
      ids: reads.map(({ id }) => id),
      vendors: basis.vendors,
      reach,
      // Only the subject's: other vehicles at a place are counted, not shown (QRY-6).
      pictured: reads
        .filter((read) => read.plate === plate)
        .map((read) => toPictured({ read, vendors: granted.vendors ?? [] })),
    }
  })
}

/** Runs a review as a query: granted, recorded, and with what the audit log says of it. */
async function recorded<A extends object>(
  deps: QueryDeps,
  tool: string,
  request: FastifyRequest<{ Body: Subject }>,
  more: Asked,
  run: Parameters<typeof runRecordedQuery<A>>[2],
) {
  const {
    answer,
    nextCursor: _,
    ...told
  } = await runRecordedQuery({ ...deps, audit: auditOf(request) }, queryOf(tool, request, more), run)
  return { ...told, ...answer }
}

/** Review tools for a subject under investigation (QRY-10). Each takes one plate, so mining is not possible (QRY-6). */
export const routes: Routes<QueryDeps> = [
  timelineRoute,
  placesRoute,
  impossibleTravelRoute,
  addressLinkRoute,
  companionsRoute,
]

/** Further input of a tool: the place, and what is only recorded. */
type Asked = Pick<FederatedSearchRequest, 'area'> & { timeZone?: string; limit?: number }

/** The query of a review: about one plate, and a place if the review is about one. */
function queryOf(tool: string, request: FastifyRequest<{ Body: Subject }>, { area, ...parameters }: Asked) {
  const { caseRef, purpose, plate, from, to, vendors } = request.body
  return {
    action: 'query.review' as const,
    actor: actorOf(request),
    matter: { caseRef, purpose },
    request: {
      plate: normalizePlate(plate),
      ...(area && { area }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(vendors && { vendors }),
    },
    parameters: { tool, ...parameters },
  }
}
