import { systemClock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance } from 'fastify'
import { type Permission, PUBLIC_ROUTES } from '../../access/permissions.ts'
import { permit, refusalError } from '../../access/permit.ts'
import type { AuditLog } from '../../audit/log.ts'
import { actorOf } from './actor.ts'
import { endWithPermission, type StreamEnd } from './stream-end.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of api/access/permissions.ts that decides who may call the route. */
    permission?: Permission
  }
}

/** Whether a route answers without signing in. */
export const isPublic = (method: string, url: string | undefined): boolean =>
  PUBLIC_ROUTES.has(`${method === 'HEAD' ? 'GET' : method} ${url}`)

/**
 * Enforces the table of permissions: a route that is neither public nor names its permission keeps the api from
 * starting. A refusal is in the audit log, like an action. A long-lived stream ends when its permission does, or when a
 * source that it may show is revoked (ACC-6).
 * @param recheckMs time between two checks of a stream's permission while no change is notified, milliseconds
 * @throws CONFIG_INVALID when such a route is added
 */
export function addPermissions(
  app: FastifyInstance,
  audit: AuditLog,
  recheckMs: number,
  { clock = systemClock, changes }: Partial<StreamEnd> = {},
): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const verb of [method].flat()) {
      if (isPublic(verb, url) === (config?.permission === undefined)) continue
      const fault = config?.permission ? 'has a permission and is public' : 'has no permission'
      throw new SightlineError('CONFIG_INVALID', `the route ${verb} ${url} ${fault}`, {
        hint: 'Add `config: { permission: … }`, a row of api/access/permissions.ts. Routes open to anybody are listed there in PUBLIC_ROUTES.',
      })
    }
  })
  app.addHook('onRequest', async (request, reply) => {
    const { permission, stream } = request.routeOptions.config
    if (!permission) return
    const actor = actorOf(request)
    const refusal = permit(actor, permission)
    if (!refusal) {
      if (stream) endWithPermission(app, { clock, changes, recheckMs }, { request, reply, permission })
      return
    }
    const parameters = { permission, code: refusal.code, requirement: refusal.requirement }
    await audit.record({ actor: actor.id, action: 'request.refuse', subject: null, parameters })
    throw refusalError(refusal)
  })
}
