import type { FastifyInstance, FastifyRequest } from 'fastify'
import { SightlineError } from '../../../schemas/errors.ts'

/** Who makes a request. Sessions, roles and trainings will be told here. */
export interface Actor {
  /** A token (schemas/message.ts): owner of displays, last part of the audit subject. */
  readonly id: string
}

/** Finds out who makes a request, from its Authorization header. @throws NOT_SIGNED_ON */
export type SignOn = (authorization: string | undefined) => Actor

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null
  }
  interface FastifyContextConfig {
    /** The route answers anybody, signed on or not. */
    open?: boolean
  }
}

/** The one place where a request gets its actor. Closed by default: only a route that says so is open. */
export function addActor(app: FastifyInstance, signOn: SignOn): void {
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config?.open) request.actor = signOn(request.headers.authorization)
  })
}

/** The actor of a request to a route that is not open. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor) return request.actor
  throw new SightlineError('NOT_SIGNED_ON', 'this request needs a sign-on')
}
