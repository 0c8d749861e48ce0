import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import type { FastifyInstance } from 'fastify'
import { countingKey } from '../app/networks.ts'
import { RequestCounts } from './request-counts.ts'

/** Sets security headers, and limits requests per calling address. */
export async function addSecurity(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  await app.register(helmet)
  await app.register(rateLimit, {
    max: requestsPerMinute,
    store: RequestCounts,
    timeWindow: '1 minute',
    keyGenerator: ({ ip }) => countingKey(ip),
    errorResponseBuilder: (_request, { max, after }) =>
      new SightlineError(
        'TOO_MANY_REQUESTS',
        `more than ${several(max, 'request')} in a minute came from your address`,
        {
          hint: `Wait ${after}, then continue.`,
        },
      ),
  })
}

/** Reads and writes cookies. The session's cookie contains a random token, so none is signed. */
export async function addCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie)
}
