import { version } from '@sightline/runtime/root'
import { oneOf } from '@sightline/schemas/message'
import Type from 'typebox'
import type { Route } from '../../app.ts'

const Health = Type.Object({
  status: oneOf(['ok', 'degraded', 'unavailable'], {
    description: 'degraded: the api works, but reads that come now do not become alerts in time',
  }),
  broker: oneOf(['connected', 'disconnected']),
  audit: oneOf(['writable', 'blocked'], {
    description: 'blocked: the log ends with a message that is not a record, so nothing can be done (AUD-2)',
  }),
  reads: oneOf(['judged', 'behind', 'still', 'full', 'unknown'], {
    description:
      'full: new reads are refused; still: reads wait and none is judged; behind: with more than ten seconds of delay. GET /v1/settings says more',
  }),
  version: Type.String(),
  uptimeSeconds: Type.Integer(),
})

const tags = ['service']

/** What operators ask about the service: whether it works, and what it offers. Load figures are on the monitor port. */
export const serviceRoutes: Route = (app, { audit, brokerIsConnected, reads }) => {
  /** Checks a blocked log again: an operator may have repaired it. */
  const isBlocked = async () => {
    if (audit.blockedAt() !== null) await audit.look().catch(() => {})
    return audit.blockedAt() !== null
  }

  app.get(
    '/health',
    {
      config: {
        rateLimit: false,
        audit: { none: 'the health of the service reveals nothing about anybody' },
      },
      schema: {
        tags,
        security: [],
        summary: 'Whether the api can work',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const connected = brokerIsConnected()
      const blocked = connected && (await isBlocked())
      const isWell = connected && !blocked
      const { state } = reads.status()
      const isLate = state !== 'judged' && state !== 'unknown'
      return reply.code(isWell ? 200 : 503).send({
        status: isWell ? (isLate ? 'degraded' : 'ok') : 'unavailable',
        broker: connected ? 'connected' : 'disconnected',
        audit: blocked ? 'blocked' : 'writable',
        reads: state,
        version,
        uptimeSeconds: Math.floor(process.uptime()),
      })
    },
  )

  app.get(
    '/openapi.json',
    {
      config: { audit: { none: 'the list of routes reveals nothing about anybody' } },
      schema: { tags, security: [], summary: 'This document' },
    },
    async () => app.swagger(),
  )
}
