import { AlertId, AlertSequence } from '@sightline/schemas/alert'
import { SightlineError } from '@sightline/schemas/errors'
import { Lookout, NewAlertLookout, NewLookout } from '@sightline/schemas/lookout'
import { Renewal } from '@sightline/schemas/retention'
import type { FastifyRequest } from 'fastify'
import Type, { type Static, type TSchema } from 'typebox'
import { type Actor, permitSources, refusalError } from '../../access/permit.ts'
import { requireLookAtRead } from '../../alerts/looked.ts'
import { mustNotBeRejected, newAlertWork } from '../../alerts/work.ts'
import type { AppDeps, Route, Routes } from '../../app.ts'
import { pictureOfRead } from '../../pictures/views.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, byParam, entryOf, ofBody } from '../../plugins/app/audit.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { NextPage, pageOf, placeByTime } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { type Stored, valuesOf } from '../../shared/records.ts'
import { change } from '../change.ts'
import { lookoutVisibility } from '../lookout-visibility.ts'
import { isOver, renewRetention } from '../retention.ts'
import { endLookout, newAlertLookout, newLookout } from '../saving.ts'
import {
  ById,
  create,
  ForChanging,
  ForCreating,
  OfCase,
  ofCaseQuery,
  reachableRead,
  Stated,
  usableCase,
} from './request.ts'

const BySequence = Type.Object({ sequence: AlertSequence })
const tags = ['lookouts']
const changing = (summary: string) => ({
  tags,
  summary,
  params: ById,
  headers: ForChanging,
  response: { 200: Lookout, ...problems(400, 403, 404, 409, 422, 428, 503) },
})

/** A lookout that the actor may not see counts as missing (ACC-8). @throws NOT_FOUND */
const seen = async (deps: AppDeps, actor: Actor, id: string): Promise<Stored<Lookout>> => {
  const found = await deps.lookouts.find(id)
  const isSeen = await lookoutVisibility(deps, actor)
  if (found && !isOver(found.value.retention, deps.clock()) && isSeen(found.value)) return found
  throw new SightlineError('NOT_FOUND', `there is no lookout ${id}`)
}

const lookoutOfRead: Route = (app, deps) =>
  app.post(
    '/v1/lookouts',
    {
      config: {
        permission: 'lookout.create',
        idempotent: shows.lookout,
        audit: { action: 'lookout.create', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Create a lookout from a saved read, after comparing its image with its text (AUD-9, DSP-7)',
        description:
          'The same person must have requested the image within the last 15 minutes: GET /v1/cases/:id/saved/:read/picture (422 PICTURE_NOT_SEEN).',
        headers: ForCreating,
        body: NewLookout,
        response: { 201: Lookout, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    (request, reply) =>
      create(deps, request, reply, '/v1/lookouts', deps.lookouts, async ({ id, actor, now }) => {
        const { value: one } = await usableCase(deps, request, request.body.case)
        const from = await reachableRead(deps, actor, one.id, request.body.read)
        const made = newLookout(one, request.body, from, { id, by: actor.id, now })
        const view = await deps.pictureViews.of(actor.id, pictureOfRead(from.read.id))
        return { ...made, verified: { ...made.verified, pictureSha256: requireLookAtRead(view, now) } }
      }),
  )

const lookoutOfAlert: Route = (app, deps) =>
  app.post(
    '/v1/alerts/:sequence/lookout',
    {
      config: {
        permission: 'lookout.create',
        idempotent: shows.lookout,
        audit: {
          action: 'lookout.create',
          parameters: ({ params, body }) => ({ ...(params as object), ...(body as object) }),
          decided: true,
        },
      },
      schema: {
        tags,
        summary: 'Create a lookout from a verified alert, for the case of its display (AUD-9, DSP-7)',
        params: BySequence,
        headers: ForCreating,
        body: NewAlertLookout,
        response: { 201: Lookout, ...problems(400, 403, 404, 409, 422, 503) },
      },
    },
    (request, reply) =>
      create(deps, request, reply, '/v1/lookouts', deps.lookouts, async ({ id, actor, now }) => {
        const { sequence } = request.params
        const alert = await deps.alerts.get(sequence)
        const refusal = permitSources(actor, [alert.read.source])
        if (refusal) throw refusalError(refusal)
        mustNotBeRejected((await deps.displays.get(alert.display.id)).display)
        const work = (await deps.alertWork.find(alert.id))?.value ?? newAlertWork(sequence, alert)
        const { value: one } = await usableCase(deps, request, request.body.case)
        return newAlertLookout(one, request.body, { alert, work }, { id, by: actor.id, now })
      }),
  )

const LookoutQuery = Type.Object(
  {
    ...OfCase.properties,
    alert: Type.Optional(Type.Intersect([AlertId], { description: 'Only those of this alert' })),
  },
  { additionalProperties: false },
)

const ofLookoutQuery = (request: Pick<FastifyRequest, 'query'>) => {
  const { alert = null } = request.query as Static<typeof LookoutQuery>
  return { ...ofCaseQuery(request), alert }
}

const listLookouts: Route = (app, deps) =>
  app.get(
    '/v1/lookouts',
    {
      config: { permission: 'lookout.view', audit: { action: 'lookout.list', parameters: ofLookoutQuery } },
      schema: {
        tags,
        summary: 'Lookouts with their provenance, newest first (AUD-9)',
        querystring: LookoutQuery,
        response: {
          200: Type.Object({ lookouts: Type.Array(Lookout), next: NextPage }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const now = deps.clock()
      const { case: of, alert, ...paging } = request.query
      const isSeen = await lookoutVisibility(deps, actorOf(request))
      const all = (await valuesOf(deps.lookouts)).filter(
        (one) =>
          (of === undefined || one.case === of) &&
          (alert === undefined || ('alert' in one.provenance && one.provenance.alert === alert)) &&
          !isOver(one.retention, now) &&
          isSeen(one),
      )
      const { page, next } = pageOf(all, ({ createdAt, id }) => placeByTime(createdAt, id), {
        order: 'down',
        ...paging,
      })
      return { lookouts: page, next }
    },
  )

const viewLookout: Route = (app, deps) =>
  app.get(
    '/v1/lookouts/:id',
    {
      config: { permission: 'lookout.view', audit: { action: 'lookout.view', subject: byParam('id') } },
      schema: {
        tags,
        summary: 'Get a lookout (AUD-9)',
        params: ById,
        response: { 200: Lookout, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { value, revision } = await seen(deps, actorOf(request), id)
      return reply.header('etag', etag(revision)).send(value)
    },
  )

/** Closes a lookout, or keeps it longer. */
const keep =
  <B extends TSchema>(
    name: 'close' | 'renewal',
    action: 'lookout.close' | 'lookout.renew',
    { summary, body }: { summary: string; body: B },
    next: (lookout: Lookout, body: Static<B>, by: string, now: number) => Lookout,
  ): Route =>
  (app, deps) =>
    app.post(
      `/v1/lookouts/:id/${name}`,
      {
        config: {
          permission: 'lookout.keep',
          idempotent: shows.lookout,
          audit: { action, subject: byParam('id'), decided: true, parameters: ofBody },
        },
        schema: { ...changing(summary), body },
      },
      async (request, reply) => {
        const { id } = request.params
        const actor = actorOf(request)
        const { value, revision } = await change(auditOf(request), {
          records: { get: (key) => seen(deps, actor, key), put: deps.lookouts.put },
          key: id,
          ifMatch: request.headers['if-match'],
          entry: entryOf(request),
          may: () => {},
          next: (lookout) => next(lookout, request.body as Static<B>, actor.id, deps.clock()),
        })
        return reply.header('etag', etag(revision)).send(value)
      },
    )

const closeLookout = keep(
  'close',
  'lookout.close',
  { summary: 'Close a lookout permanently, with a reason (AUD-9)', body: Stated },
  endLookout,
)
const renewLookout = keep(
  'renewal',
  'lookout.renew',
  { summary: 'Keep a lookout longer, with a reason (AUD-6)', body: Renewal },
  renewRetention,
)

/** Lookouts for border inspection: each from a saved read or a verified alert, with its provenance (AUD-9). */
export const lookoutRoutes: Routes = [
  lookoutOfRead,
  lookoutOfAlert,
  listLookouts,
  viewLookout,
  closeLookout,
  renewLookout,
]
