import { randomUUID } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { oneOf } from '@sightline/schemas/message'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { savedAsCsv, savedAsGeoJson } from '../../oversight/exports.ts'
import { fileHeaders } from '../../oversight/watermark.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { byParam, recordDecision } from '../../plugins/app/audit.ts'
import { problems } from '../../shared/problem.ts'
import { isOver } from '../retention.ts'
import type { CaseStores } from '../stores.ts'
import { mayReach } from '../visibility.ts'
import { ById, usableCase } from './request.ts'

const Query = Type.Object({ format: oneOf(['csv', 'geojson']) }, { additionalProperties: false })

export interface CaseExportDeps extends Pick<CaseStores, 'cases' | 'saved'> {
  clock(): number
}

/** Saved reads of a case, as a file that says who exported it and when (ACC-8, AUD-2). */
export const caseExportRoute: Route<CaseExportDeps> = (app, deps) => {
  const { clock, saved } = deps

  app.get(
    '/v1/cases/:id/saved/export',
    {
      config: {
        permission: 'saved.export',
        audit: { action: 'saved.export', subject: byParam('id'), decided: true },
      },
      schema: {
        tags: ['cases'],
        summary: 'Saved reads of a case as CSV or GeoJSON, with who exported them and when',
        description: 'Sharing the file outside the agency must be recorded as a dissemination (AUD-7).',
        params: ById,
        querystring: Query,
        response: {
          200: {
            description: 'The file',
            content: {
              'text/csv': { schema: Type.String() },
              'application/geo+json': { schema: Type.Object({ type: Type.Literal('FeatureCollection') }) },
            },
          },
          ...problems(400, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { format } = request.query
      const actor = actorOf(request)
      const now = clock()
      const watermark = { exportedBy: actor.id, exportedAt: instant(now), exportId: randomUUID() }
      const parameters = { format, export: watermark.exportId }
      await recordDecision(request, () => usableCase(deps, request, id), { parameters })
      const reads = (await saved.of(id))
        .map(({ value }) => value)
        .filter(({ retention, provenance }) => !isOver(retention, now) && mayReach(actor, provenance.vendors))
        .sort((a, b) => (a.read.seenAt < b.read.seenAt ? -1 : 1))
      const [type, content] =
        format === 'csv'
          ? ['text/csv; charset=utf-8', savedAsCsv(reads, watermark)]
          : ['application/geo+json; charset=utf-8', JSON.stringify(savedAsGeoJson(reads, watermark))]
      return reply.headers(fileHeaders(type!, `case-${id}`, watermark, format)).send(content as never)
    },
  )
}
