import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../access/permit.ts'
import { isPublic } from './permit.ts'

export type { Actor } from '../../access/permit.ts'

/**
 * One way to identify the caller of a request.
 * @returns null when the request does not use this way
 * @throws NOT_SIGNED_ON, SESSION_ENDED, ORIGIN_REFUSED
 */
export type SignOn = (request: FastifyRequest) => Promise<Actor | null> | Actor | null

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null
  }
  interface FastifyInstance {
    /** Identifies the caller again. @throws NOT_SIGNED_ON, SESSION_ENDED, ORIGIN_REFUSED */
    identify(request: FastifyRequest): Promise<Actor>
  }
}

/** The one place where a request gets its actor. Fails closed: only routes that the table calls public are open. */
export function addActor(app: FastifyInstance, signOns: readonly SignOn[]): void {
  app.decorateRequest('actor', null)
  app.decorate('identify', async (request: FastifyRequest) => {
    for (const signOn of signOns) {
      const actor = await signOn(request)
      if (actor) return actor
    }
    throw notSignedOn()
  })
  app.addHook('onRequest', async (request) => {
    if (isPublic(request.method, request.routeOptions.url)) return
    request.actor = await app.identify(request)
  })
}

/** The actor of a request to a route that is not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor) return request.actor
  throw notSignedOn()
}

const notSignedOn = () =>
  new SightlineError('NOT_SIGNED_ON', 'you must sign in first', {
    hint: 'Sign in with POST /v1/sign-on; in development, send `Authorization: Bearer TOKEN` with the token in the file dev-token of the data folder.',
  })
