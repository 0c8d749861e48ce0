import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { version } from '../../runtime/root.ts'
import { oneOf } from '../../schemas/message.ts'
import type { AppDeps } from '../app.ts'

const Health = Type.Object({
  status: oneOf(['ok', 'unavailable']),
  broker: oneOf(['connected', 'disconnected']),
  version: Type.String(),
  uptimeSeconds: Type.Integer(),
})

const tags = ['service']

/** What those who run the service ask: is it well, what can it do. How much it does is told on the monitor port. */
export const serviceRoutes: FastifyPluginAsyncTypebox<AppDeps> = async (app, { brokerIsConnected }) => {
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

  app.get('/openapi.json', { schema: { tags, security: [], summary: 'This document' } }, async () =>
    app.swagger(),
  )
}
