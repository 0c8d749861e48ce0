import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import type { FastifyInstance } from 'fastify'
import { actorOf } from './actor.ts'

/**
 * A limit of requests per person, from any address. It stops a shared session, or a script, where the limit per address
 * would not. Each process counts on its own; the development token is not limited.
 * @param perMinute requests of one person
 */
export function addPersonLimit(app: FastifyInstance, perMinute: number): void {
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => actorOf(request).id,
  })
  app.addHook('onRequest', async (request) => {
    if (!request.actor?.session) return
    const counted = await count(request)
    if (counted.isAllowed || !counted.isExceeded) return
    throw new SightlineError(
      'TOO_MANY_REQUESTS',
      `you sent more than ${several(perMinute, 'request')} in a minute`,
      {
        hint: `Wait ${several(counted.ttlInSeconds, 'second')}, then continue.`,
      },
    )
  })
}
