import { Display, DisplayHistory, DisplayView, NewDisplay } from '@sightline/schemas/display'
import { Instant, oneOf, orNull, Token } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import type { Route, Routes } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam, ofBody, recordDecision } from '../../plugins/app/audit.ts'
import { IdempotencyKey } from '../../plugins/app/idempotency.ts'
import { shows } from '../../plugins/app/replay-views.ts'
import { etag } from '../../shared/etag.ts'
import { DEFAULT_LIMIT, Limit } from '../../shared/limit.ts'
import { problems } from '../../shared/problem.ts'
import { historyOf } from '../history.ts'
import { DISPLAY_NOTICE, DisplayNotice } from '../notice.ts'
import { quarterAt } from '../quarter.ts'
import { endWithCase, newDisplay, reviewIsDue, statusOf } from '../steps.ts'
import { displayVisibility } from '../visibility.ts'

const StateFilter = oneOf(['active', 'expired', 'closed', 'rejected'], {
  description: 'active: matches reads now; expired: ended because it was not validated (DSP-3)',
})

const ListQuery = Type.Object(
  {
    state: Type.Optional(StateFilter),
    owner: Type.Optional(Token),
    caseRef: Type.Optional(Display.properties.caseRef),
    endsBefore: Type.Optional(Instant),
    review: Type.Optional(
      oneOf(['due'], { description: 'due: not yet reviewed by oversight in this quarter (DSP-4)' }),
    ),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Token),
  },
  { additionalProperties: false },
)
const DisplayList = Type.Object({
  displays: Type.Array(DisplayView),
  next: orNull(Type.String({ description: '`cursor` of the next page; null on the last' })),
})
const ById = Type.Object({ id: Token })
const tags = ['displays']

const viewNotice: Route = (app) =>
  app.get(
    '/v1/displays/notice',
    {
      config: { permission: 'display.create', audit: { none: 'the text is the same for everybody' } },
      schema: {
        tags,
        summary: 'Get the notice that everybody confirms before adding a display (DSP-2)',
        response: { 200: DisplayNotice, ...problems() },
      },
    },
    async () => DISPLAY_NOTICE,
  )

const storeDisplay: Route = (app, { clock, displayCase, displays }) =>
  app.post(
    '/v1/displays',
    {
      config: {
        permission: 'display.create',
        idempotent: shows.display,
        audit: { action: 'display.create', parameters: ofBody, decided: true },
      },
      schema: {
        tags,
        summary: 'Create a display (DSP-1)',
        headers: Type.Object(IdempotencyKey),
        body: NewDisplay,
        response: { 201: Display, ...problems(400, 403, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request).id
      const decide = async () => {
        const wanted = newDisplay(request.body, actor, clock())
        return endWithCase(wanted, await displayCase(actor, wanted), request.body.expiresAt)
      }
      const display = await recordDecision(request, decide, {}, ({ id, plate, expiresAt }) => ({
        subject: id,
        // In stored form, not as typed, so that a search for the plate finds it.
        parameters: { ...request.body, plate, expiresAt },
      }))
      const { revision } = await displays.create(display)
      return reply
        .code(201)
        .headers({ location: `/v1/displays/${display.id}`, etag: etag(revision) })
        .send(display)
    },
  )

const listDisplays: Route = (app, deps) =>
  app.get(
    '/v1/displays',
    {
      config: {
        permission: 'display.list',
        audit: {
          action: 'display.list',
          parameters: ({ query }) => {
            const { limit = DEFAULT_LIMIT, cursor = null, ...filter } = query as Static<typeof ListQuery>
            return { ...filter, limit, cursor }
          },
        },
      },
      schema: {
        tags,
        summary: 'List displays, newest first',
        description:
          'Analysts and supervisors see the plates of their own displays, of those of their cases, and of their people (ACC-8).',
        querystring: ListQuery,
        response: { 200: DisplayList, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, ...filter } = request.query
      const now = deps.clock()
      const quarter = quarterAt(now)
      const { state, owner, caseRef, endsBefore, review } = filter
      const keep = (display: Display) =>
        (state === undefined || statusOf(display, now) === state) &&
        (owner === undefined || display.owner === owner) &&
        (caseRef === undefined || display.caseRef === caseRef) &&
        (endsBefore === undefined || display.expiresAt < endsBefore) &&
        (review === undefined || reviewIsDue(display, quarter, now))
      const toView = await displayVisibility(deps, actorOf(request))
      const page = deps.displays.list(keep, limit, cursor)
      return { ...page, displays: page.displays.map(toView) }
    },
  )

const viewDisplay: Route = (app, deps) =>
  app.get(
    '/v1/displays/:id',
    {
      config: { permission: 'display.view', audit: { action: 'display.view', subject: byParam('id') } },
      schema: {
        tags,
        summary: 'Get a display',
        params: ById,
        response: { 200: DisplayView, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { display, revision } = await deps.displays.get(id)
      const toView = await displayVisibility(deps, actorOf(request))
      return reply.header('etag', etag(revision)).send(toView(display))
    },
  )

const viewHistory: Route = (app, deps) =>
  app.get(
    '/v1/displays/:id/history',
    {
      config: {
        permission: 'display.view',
        audit: { action: 'display.view', subject: byParam('id'), parameters: () => ({ part: 'history' }) },
      },
      schema: {
        tags,
        summary: 'List the changes to a display: what, by whom and when (DSP-3 to DSP-5)',
        description: 'Changes only. The audit log, which oversight searches, shows who looked at it.',
        params: ById,
        response: { 200: DisplayHistory, ...problems(404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params
      const toView = await displayVisibility(deps, actorOf(request))
      const revisions = await deps.displays.revisions(id)
      return historyOf(revisions.map((one) => ({ ...one, display: toView(one.display) })))
    },
  )

/** Displays: create, list, get. Each action is recorded before it is done (AUD-1). */
export const displayRoutes: Routes = [viewNotice, storeDisplay, listDisplays, viewDisplay, viewHistory]
