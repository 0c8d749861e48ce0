import { AlertView } from '@sightline/schemas/alert-view'
import { AlertWork } from '@sightline/schemas/alert-work'
import { orNull } from '@sightline/schemas/message'
import { SightingCount } from '@sightline/schemas/sighting-count'
import Type, { type Static } from 'typebox'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { DEFAULT_LIMIT, Limit } from '../../shared/limit.ts'
import { problems } from '../../shared/problem.ts'
import { coverFor, maySee } from '../cover.ts'

const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Test traffic is hidden unless somebody asks for it. */
export const TestsOnly = Type.Boolean({
  description: 'true: only alerts of test traffic, which no other list, stream, figure or notice has',
})

const ListQuery = Type.Object(
  {
    after: Type.Optional(Sequence),
    before: Type.Optional(Sequence),
    limit: Type.Optional(Limit),
    tests: Type.Optional(TestsOnly),
  },
  { additionalProperties: false },
)
const AlertList = Type.Object({
  alerts: Type.Array(
    Type.Object(
      {
        sequence: Sequence,
        alert: AlertView,
        sightings: orNull(SightingCount),
        work: orNull(AlertWork),
      },
      {
        description:
          'sequence: id of the event in the stream; sightings: the latest count, null if the vehicle was seen once; work: claim and verdict, null if nobody has worked on it',
      },
    ),
  ),
  next: orNull(Type.Integer({ description: '`before` of the next page (older); null on the last' })),
})

/** Lists the alerts of the last 30 days. */
export const alertRoutes: Route = (app, deps) => {
  const { alerts, testAlerts, alertWork, sightingCounts } = deps
  app.get(
    '/v1/alerts',
    {
      config: {
        permission: 'alert.list',
        audit: {
          action: 'alerts.list',
          parameters: ({ query }) => {
            const {
              after = null,
              before = null,
              limit = DEFAULT_LIMIT,
              tests = false,
            } = query as Static<typeof ListQuery>
            return { after, before, limit, tests }
          },
        },
      },
      schema: {
        tags: ['alerts'],
        summary: 'List alerts, newest first',
        description:
          'A page has fewer than `limit` alerts when some are from sources that were not granted (ACC-6). Until an alert is ' +
          'judged, callers who may verify it see neither the watched plate nor the read text (DSP-7).',
        querystring: ListQuery,
        response: { 200: AlertList, ...problems(400, 503) },
      },
    },
    async (request) => {
      const { after, before, limit = DEFAULT_LIMIT, tests = false } = request.query
      const page = await (tests ? testAlerts : alerts).list({ after, before, limit })
      const seen = page.alerts.filter(({ alert }) => maySee(actorOf(request), alert.read))
      const ids = seen.map(({ alert }) => alert.id)
      const [counts, works] = await Promise.all([sightingCounts.latest(ids), alertWork.of(ids)])
      return {
        next: page.next,
        alerts: seen.map(({ sequence, alert }) => ({
          sequence,
          sightings: counts.get(alert.id) ?? null,
          ...coverFor(actorOf(request), alert, works.get(alert.id) ?? null),
        })),
      }
    },
  )
}
