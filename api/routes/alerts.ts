import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Alert } from '../../schemas/alert.ts'
import { orNull } from '../../schemas/message.ts'
import { Sightings } from '../../schemas/sightings.ts'
import type { AppDeps } from '../app.ts'
import { actorOf } from '../plugins/app/actor.ts'
import { problems } from '../problem.ts'
import { DEFAULT_LIMIT, Limit } from './limit.ts'

const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const ListQuery = Type.Object(
  {
    after: Type.Optional(Sequence),
    before: Type.Optional(Sequence),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
)
const AlertList = Type.Object({
  alerts: Type.Array(
    Type.Object(
      {
        sequence: Sequence,
        alert: Alert,
        sightings: orNull(Sightings),
      },
      {
        description:
          'sequence: id of the event in the stream; sightings: the latest count, null while the vehicle was seen once',
      },
    ),
  ),
  next: orNull(Type.Integer({ description: '`before` of the next page (older); null on the last' })),
})

/** Alerts of the last 30 days, as a list. */
export const alertRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, { alerts, sightings, audit }) => {
  app.get(
    '/v1/alerts',
    {
      config: { permission: 'alert.list' },
      schema: {
        tags: ['alerts'],
        summary: 'List alerts, newest first',
        querystring: ListQuery,
        response: { 200: AlertList, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { after, before, limit = DEFAULT_LIMIT } = request.query
      const parameters = { after: after ?? null, before: before ?? null, limit }
      await audit.record({ actor: actorOf(request).id, action: 'alerts.list', subject: null, parameters })
      const page = await alerts.list({ after, before, limit })
      const counts = await sightings.latest(page.alerts.map(({ alert }) => alert.id))
      return {
        next: page.next,
        alerts: page.alerts.map((item) => ({ ...item, sightings: counts.get(item.alert.id) ?? null })),
      }
    },
  )
}
