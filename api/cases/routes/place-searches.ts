import { Case, NewPlaceSearch, PlaceSearch } from '@sightline/schemas/case'
import { Token } from '@sightline/schemas/message'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf } from '../../plugins/app/audit.ts'
import { writeIdOf } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { problems } from '../../shared/problem.ts'
import { change } from '../change.ts'
import { newId } from '../ids.ts'
import { withApproval, withPlaceSearch } from '../steps.ts'
import { membershipOf, noSuchCase } from '../visibility.ts'
import { ById, CaseCover, changeCase, coverOf, ForChanging, liveCase, Stated } from './request.ts'

/** A search that awaits a second person. */
const WaitingSearch = Type.Object({ case: CaseCover, search: PlaceSearch })

const tags = ['cases']
const failures = problems(400, 403, 404, 409, 422, 428, 503)

/** Approval by a second person: one person requests a search without a plate, another approves it (QRY-6). */
export const placeSearchRoutes: Route = (app, deps) => {
  const { cases, clock, people } = deps

  app.post(
    '/v1/cases/:id/place-searches',
    {
      config: {
        permission: 'case.change',
        idempotent: shows.case,
        audit: { action: 'search.ask', subject: byParam('id'), decided: true },
      },
      schema: {
        tags,
        summary: 'Request a second person’s approval for a search without a plate (QRY-6)',
        params: ById,
        headers: ForChanging,
        body: NewPlaceSearch,
        response: { 200: Case, ...failures },
      },
    },
    (request, reply) => {
      const search = newId(clock(), writeIdOf(request))
      return changeCase(deps, request, reply, {
        least: 'member',
        known: { parameters: { search, ...request.body } },
        next: (one) => withPlaceSearch(one, request.body, search, actorOf(request).id, clock()),
      })
    },
  )

  /**
   * Requires a member of the case, or the requester's supervisor: they see the search, and nothing else of the case.
   */
  const maySecond = async (
    request: FastifyRequest,
    one: Case,
    { askedBy }: PlaceSearch,
  ): Promise<boolean> => {
    const actor = actorOf(request)
    if (membershipOf(actor, one) !== null) return true
    return actor.roles.includes('supervisor') && (await people.find(askedBy))?.value.supervisor === actor.id
  }

  app.get(
    '/v1/place-searches',
    {
      config: {
        permission: 'search.approve',
        audit: { action: 'case.list', parameters: () => ({ placeSearches: true }) },
      },
      schema: {
        tags,
        summary: 'Searches without a plate that await my approval (QRY-6)',
        response: { 200: Type.Object({ searches: Type.Array(WaitingSearch) }), ...problems(503) },
      },
    },
    async (request) => {
      const actor = actorOf(request).id
      const searches: Static<typeof WaitingSearch>[] = []
      for (const one of cases.select(({ placeSearches }) => placeSearches.length > 0)) {
        for (const search of one.placeSearches) {
          if (search.approvedBy !== null || search.askedBy === actor) continue
          if (await maySecond(request, one, search)) searches.push({ case: coverOf(one), search })
        }
      }
      return { searches }
    },
  )

  app.post(
    '/v1/cases/:id/place-searches/:search/approve',
    {
      config: {
        permission: 'search.approve',
        idempotent: shows.nothing,
        audit: {
          action: 'search.approve',
          subject: byParam('id'),
          decided: true,
          parameters: ({ params, body }) => ({
            search: (params as { search: string }).search,
            ...(body as object),
          }),
        },
      },
      schema: {
        tags,
        summary: 'Approve a search without a plate; not your own (QRY-6)',
        params: Type.Object({ id: Token, search: Token }),
        headers: ForChanging,
        body: Stated,
        response: { 200: WaitingSearch, ...failures },
      },
    },
    async (request) => {
      const { id, search } = request.params
      const actor = actorOf(request).id
      const { value } = await change(auditOf(request), {
        records: { get: (key) => liveCase(deps, key), put: cases.put },
        // The approved search does not change, whatever else happens to the case.
        key: id,
        ifMatch: '*',
        entry: entryOf(request),
        may: async (one) => {
          const asked = one.placeSearches.find((other) => other.id === search)
          if (!asked || !(await maySecond(request, one, asked))) throw noSuchCase(id)
        },
        next: (one) => withApproval(one, search, actor, clock()),
      })
      return { case: coverOf(value), search: value.placeSearches.find((other) => other.id === search)! }
    },
  )
}
