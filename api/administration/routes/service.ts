import { version } from '@sightline/runtime/root'
import { HealthAnswer, type Light, LiveAnswer } from '@sightline/schemas/health'
import { isWell } from '@sightline/schemas/lights'
import type { Route } from '../../app.ts'

const tags = ['service']

/** Without the age of the last alert: whoever drives past a camera and looks would learn whether a display has the plate. */
const forAnybody = (light: Light): Light => (light.name === 'alerts' ? { ...light, ageSeconds: null } : light)

/** What operators ask about the service: whether it works, and what it offers. Load figures are on the monitor port. */
export const serviceRoutes: Route = (app, { audit, brokerIsConnected, reads, health }) => {
  /** Checks a blocked log again: an operator may have repaired it. */
  const isBlocked = async () => {
    if (audit.blockedAt() !== null) await audit.look().catch(() => {})
    return audit.blockedAt() !== null
  }

  const live = async () => {
    const connected = brokerIsConnected()
    const blocked = connected && (await isBlocked())
    return {
      status: connected && !blocked ? ('ok' as const) : ('unavailable' as const),
      broker: connected ? ('connected' as const) : ('disconnected' as const),
      audit: blocked ? ('blocked' as const) : ('writable' as const),
      version,
      uptimeSeconds: Math.floor(process.uptime()),
    }
  }
  const config = {
    rateLimit: false as const,
    audit: { none: 'the health of the service reveals nothing about anybody' },
  }

  app.get(
    '/live',
    {
      config,
      schema: {
        tags,
        security: [],
        summary: 'Whether this process can work: for what restarts it, or sends it requests',
        response: { 200: LiveAnswer, 503: LiveAnswer },
      },
    },
    async (_request, reply) => {
      const found = await live()
      return reply.code(found.status === 'ok' ? 200 : 503).send(found)
    },
  )

  app.get(
    '/health',
    {
      config,
      schema: {
        tags,
        security: [],
        summary: 'Whether a read that comes now becomes an alert that people see in time; 200 only then',
        response: { 200: HealthAnswer, 503: HealthAnswer },
      },
    },
    async (_request, reply) => {
      const found = await live()
      const lights = health.lights()
      const well = isWell(lights) && found.status === 'ok'
      return reply.code(well ? 200 : 503).send({
        ...found,
        status: found.status === 'unavailable' ? 'unavailable' : well ? 'ok' : 'degraded',
        reads: reads.status().state,
        at: health.at(),
        lights: lights.map(forAnybody),
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
