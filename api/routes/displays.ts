import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import { Display, displayIsActive, NewDisplay } from '../../schemas/display.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { oneOf, orNull, Token } from '../../schemas/message.ts'
import type { AppDeps } from '../app.ts'
import { newDisplay } from '../new-display.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { problems } from '../problem.ts'
import { DEFAULT_LIMIT, Limit } from './limit.ts'

const StateFilter = oneOf(['active', 'expired', 'closed', 'rejected'], {
  description: 'active: matches reads now; expired: ended by itself (DSP-3)',
})
type StateFilter = Static<typeof StateFilter>

const ListQuery = Type.Object(
  {
    state: Type.Optional(StateFilter),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Token),
  },
  { additionalProperties: false },
)
const DisplayList = Type.Object({
  displays: Type.Array(Display),
  next: orNull(Type.String({ description: '`cursor` of the next page; null on the last' })),
})
const ById = Type.Object({ id: Token })
const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'ETag of the display as it was seen' })),
})

const tags = ['displays']

/** Displays: create, list, look at, close. Each is in the audit log before it is done (AUD-1). */
export const displayRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, { displays, audit, clock }) => {
  app.post(
    '/v1/displays',
    {
      config: { permission: 'display.create' },
      schema: {
        tags,
        summary: 'Create a display (DSP-1)',
        body: NewDisplay,
        response: { 201: Display, ...problems(400, 422, 503) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request).id
      const display = newDisplay(request.body, actor, clock())
      const { plate, region, priority, reason, caseRef, expiresAt, minProbability, only, portsOfEntry } =
        display
      const parameters = {
        ...{ plate, region, priority, reason, caseRef, expiresAt, confirmNotice: true },
        ...{ minProbability: minProbability ?? null, only: only ?? null, portsOfEntry: portsOfEntry ?? null },
      }
      await audit.record({ actor, action: 'display.create', subject: display.id, parameters })
      const { revision } = await displays.create(display)
      return reply
        .code(201)
        .headers({ location: `/v1/displays/${display.id}`, etag: etag(revision) })
        .send(display)
    },
  )

  app.get(
    '/v1/displays',
    {
      config: { permission: 'display.list' },
      schema: {
        tags,
        summary: 'List displays, newest first',
        querystring: ListQuery,
        response: { 200: DisplayList, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { state, limit = DEFAULT_LIMIT, cursor } = request.query
      const parameters = { state: state ?? null, limit, cursor: cursor ?? null }
      await audit.record({ actor: actorOf(request).id, action: 'display.list', subject: null, parameters })
      const now = clock()
      return displays.list((display) => !state || stateOf(display, now) === state, limit, cursor)
    },
  )

  app.get(
    '/v1/displays/:id',
    {
      config: { permission: 'display.view' },
      schema: {
        tags,
        summary: 'Look at a display',
        params: ById,
        response: { 200: Display, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await audit.record({ actor: actorOf(request).id, action: 'display.view', subject: id, parameters: {} })
      const { display, revision } = await displays.get(id)
      return reply.header('etag', etag(revision)).send(display)
    },
  )

  app.post(
    '/v1/displays/:id/close',
    {
      config: { permission: 'display.close' },
      schema: {
        tags,
        summary: 'Close a display: the next read does not match it any more (DSP-5)',
        description: 'Closing a closed display changes nothing.',
        params: ById,
        headers: IfMatch,
        response: { 200: Display, ...problems(404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const seen = request.headers['if-match']
      const parameters = { ifMatch: seen ?? null }
      await audit.record({ actor: actorOf(request).id, action: 'display.close', subject: id, parameters })
      const { display, revision } = await displays.get(id)
      if (seen !== undefined && seen !== '*' && seen !== etag(revision)) {
        throw new SightlineError('CONFLICT', 'the display is no longer as it was seen', {
          hint: 'Read it again, then close it with its new ETag.',
        })
      }
      if (display.state === 'closed') return reply.header('etag', etag(revision)).send(display)
      if (display.state === 'rejected') {
        throw new SightlineError('CONFLICT', 'the display was rejected in review: it is at its end already')
      }
      const closed = await displays.update({ ...display, state: 'closed' }, revision)
      return reply.header('etag', etag(closed.revision)).send(closed.display)
    },
  )
}

const etag = (revision: number) => `"${revision}"`

function stateOf(display: Display, now: number): StateFilter {
  if (display.state !== 'active') return display.state
  return displayIsActive(display, now) ? 'active' : 'expired'
}
