import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { version } from '../../runtime/root.ts'
import { oneOf } from '../../schemas/message.ts'
import type { AppDeps } from '../app.ts'
import type { Metrics } from '../plugins/app/metrics.ts'

const Health = Type.Object({
  status: oneOf(['ok', 'unavailable']),
  broker: oneOf(['connected', 'disconnected']),
  version: Type.String(),
  uptimeSeconds: Type.Integer(),
})

const tags = ['service']

/** What those who run the service ask: is it well, how much does it do, what can it do. */
export const serviceRoutes: FastifyPluginAsyncTypebox<AppDeps & { metrics: Metrics }> = async (
  app,
  { brokerIsConnected, metrics },
) => {
  app.get(
    '/health',
    {
      config: { rateLimit: false },
      schema: {
        tags,
        security: [],
        summary: 'Whether the api can do its work',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const connected = brokerIsConnected()
      return reply.code(connected ? 200 : 503).send({
        status: connected ? 'ok' : 'unavailable',
        broker: connected ? 'connected' : 'disconnected',
        version,
        uptimeSeconds: Math.floor(process.uptime()),
      })
    },
  )

  app.get(
    '/metrics',
    { config: { permission: 'metrics.view' }, schema: { tags, summary: 'Figures for Prometheus' } },
    async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )

  app.get('/openapi.json', { schema: { tags, security: [], summary: 'This document' } }, async () =>
    app.swagger(),
  )
}
