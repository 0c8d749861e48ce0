import { Delivery } from '@sightline/schemas/delivery'
import { SightlineError } from '@sightline/schemas/errors'
import { oneOf, Token } from '@sightline/schemas/message'
import { RecipientView } from '@sightline/schemas/recipient'
import Type from 'typebox'
import { permit } from '../../access/permit.ts'
import type { Route } from '../../app.ts'
import { displayVisibility } from '../../displays/visibility.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam } from '../../plugins/app/audit.ts'
import { NextPage, PageQuery } from '../../shared/pages.ts'
import { problems } from '../../shared/problem.ts'
import { maySee } from '../cover.ts'
import { displayNames, NamedPrecision, Outcomes, placeNames, precisionBy } from '../precision.ts'
import { recipientView } from '../recipients.ts'

const tags = ['alerts']
const DeliveryView = Type.Omit(Delivery, ['body', 'v'], { title: 'DeliveryView' })

/** How accurate alerts are, with whom they may be shared, and whether they arrived. */
export const alertFigureRoutes: Route = (app, deps) => {
  const { alertWork, deliveries, displays, recipients } = deps

  app.get(
    '/v1/alerts/precision',
    {
      config: {
        permission: 'alert.list',
        audit: { action: 'alert.precision', parameters: ({ query }) => ({ ...(query as object) }) },
      },
      schema: {
        tags,
        summary:
          'Share of alerts that verifiers found right, by display or camera, most verdicts first (DSP-7)',
        description:
          'Based on the verdicts of the last 400 days from all sources, because the share reveals no read. Displays and cameras are named only to ' +
          'callers who may see them (ACC-6).',
        querystring: Type.Object(
          { by: oneOf(['display', 'camera']), ...PageQuery },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ figures: Type.Array(NamedPrecision), next: NextPage, overall: Outcomes }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const { by, ...paging } = request.query
      const actor = actorOf(request)
      const none = { display: null, address: null }
      if (by === 'camera') {
        const { figures, ...beside } = precisionBy('cameraId', alertWork.verdicts(), paging)
        const ids = new Set(figures.map(({ id }) => id))
        const shown = [...alertWork.verdicts()].filter(
          (verdict) => ids.has(verdict.cameraId) && maySee(actor, verdict),
        )
        const places = placeNames(shown)
        return {
          figures: figures.map((row) => ({ ...row, ...none, address: places.get(row.id) ?? null })),
          ...beside,
        }
      }
      const { figures, ...beside } = precisionBy('displayId', alertWork.verdicts(), paging)
      const ids = figures.map(({ id }) => id)
      const toView = await displayVisibility(deps, actor)
      const names = displayNames(permit(actor, 'display.view') ? [] : displays.glance(ids).map(toView))
      return {
        figures: figures.map((row) => ({ ...row, ...none, display: names.get(row.id) ?? null })),
        ...beside,
      }
    },
  )

  app.get(
    '/v1/recipients',
    {
      config: {
        permission: 'alert.work',
        audit: { none: 'the agency’s own list reveals nothing about a read' },
      },
      schema: {
        tags,
        summary: 'Recipients with whom verified alerts may be shared',
        response: { 200: Type.Object({ recipients: Type.Array(RecipientView) }), ...problems() },
      },
    },
    async () => ({ recipients: [...recipients.values()].map(recipientView) }),
  )

  app.get(
    '/v1/deliveries/:id',
    {
      config: { permission: 'alert.work', audit: { action: 'delivery.view', subject: byParam('id') } },
      schema: {
        tags,
        summary: 'Whether an alert shared by webhook was delivered',
        params: Type.Object({ id: Token }),
        response: { 200: DeliveryView, ...problems(404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params
      const delivery = await deliveries.find(id)
      if (!delivery)
        throw new SightlineError('NOT_FOUND', `there is no delivery ${id}, or it is no longer kept`)
      const { body: _body, v: _v, ...view } = delivery
      return view
    },
  )
}
