import { Dissemination, NewDissemination } from '@sightline/schemas/dissemination'
import { SightlineError } from '@sightline/schemas/errors'
import Type from 'typebox'
import type { Actor } from '../../access/permit.ts'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { recordDecision } from '../../plugins/app/audit.ts'
import { writeIdOf } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { NextPage, pageOf, placeByTime } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'
import { newId } from '../ids.ts'
import { isOver } from '../retention.ts'
import { newDissemination } from '../saving.ts'
import { membershipOf } from '../visibility.ts'
import { ById, ForCreating, OfCase, ofCaseQuery, reachableRead, usableCase } from './request.ts'

const tags = ['cases']

/** What is shared outside the agency: with whom, under which authority, what (AUD-7). */
export const disseminationRoutes: Route = (app, deps) => {
  const { cases, clock, disseminations, lookouts, products } = deps

  app.post(
    '/v1/cases/:id/disseminations',
    {
      config: {
        permission: 'dissemination.create',
        idempotent: shows.dissemination,
        audit: {
          action: 'dissemination.create',
          parameters: ({ params, body }) => ({ case: (params as { id: string }).id, ...(body as object) }),
          decided: true,
        },
      },
      schema: {
        tags,
        summary:
          'Record that something was shared outside the agency: with whom, under which authority, what (AUD-7)',
        params: ById,
        headers: ForCreating,
        body: NewDissemination,
        response: { 201: Dissemination, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const caseId = request.params.id
      const actor = actorOf(request)
      const now = clock()
      const id = newId(now, writeIdOf(request))
      const decide = async () => {
        const { value: one } = await usableCase(deps, request, caseId)
        const contents = await contentsOf(actor, one.id, request.body)
        return newDissemination(one, request.body, contents, { id, by: actor.id, now })
      }
      const made = await recordDecision(request, decide, { subject: id })
      return reply.code(201).send((await disseminations.put(id, made, 0)).value)
    },
  )

  /** Everything to be shared, as stored now. @throws NOT_FOUND when part of it does not belong to the case */
  const contentsOf = async (
    actor: Actor,
    caseId: string,
    { passed }: NewDissemination,
  ): Promise<unknown[]> => {
    const contents: unknown[] = []
    for (const read of passed.reads ?? [])
      contents.push((await reachableRead(deps, actor, caseId, read)).read)
    if (passed.product) {
      const { id, version } = passed.product
      const product = (await products.find(id))?.value
      const written = product?.versions.find(
        ({ number, state }) => number === version && state === 'published',
      )
      if (product?.workspace !== caseId || !written || isOver(product.retention, clock())) {
        throw new SightlineError(
          'NOT_FOUND',
          `version ${version} of product ${id} was not published from this case`,
        )
      }
      contents.push(written)
    }
    if (passed.lookout !== undefined) {
      const lookout = (await lookouts.find(passed.lookout))?.value
      if (lookout?.case !== caseId || isOver(lookout.retention, clock())) {
        throw new SightlineError('NOT_FOUND', `lookout ${passed.lookout} does not belong to this case`)
      }
      contents.push(lookout)
    }
    return contents
  }

  app.get(
    '/v1/disseminations',
    {
      config: {
        permission: 'dissemination.list',
        audit: { action: 'dissemination.list', parameters: ofCaseQuery },
      },
      schema: {
        tags,
        summary:
          'What was shared outside, including verified alerts: by me and from my cases, or everything for oversight; newest first (AUD-7)',
        querystring: OfCase,
        response: {
          200: Type.Object({ disseminations: Type.Array(Dissemination), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const mine = new Set(cases.select((one) => membershipOf(actor, one) !== null).map(({ id }) => id))
      const { case: asked, ...paging } = request.query
      const seen = (await valuesOf(disseminations)).filter(
        ({ by, case: of }) =>
          (asked === undefined || of === asked) &&
          (actor.roles.includes('oversight') || by === actor.id || (of !== null && mine.has(of))),
      )
      const { page, next } = pageOf(seen, ({ at, id }) => placeByTime(at, id), { order: 'down', ...paging })
      return { disseminations: page, next }
    },
  )
}
