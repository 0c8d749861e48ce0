import { randomUUID } from 'node:crypto'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Clock } from '../runtime/clock.ts'
import type { AuditLog } from './audit.ts'
import { addActor, type SignOn } from './plugins/app/actor.ts'
import { addErrors } from './plugins/app/errors.ts'
import { addMetrics } from './plugins/app/metrics.ts'
import { addOpenApi } from './plugins/external/openapi.ts'
import { addSecurity } from './plugins/external/security.ts'
import { addSse } from './plugins/external/sse.ts'
import { alertStreamRoute } from './routes/alert-stream.ts'
import { alertRoutes } from './routes/alerts.ts'
import { displayRoutes } from './routes/displays.ts'
import { edgeAgentRoutes } from './routes/edge-agents.ts'
import { enrolRoute } from './routes/enrol.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { serviceRoutes } from './routes/service.ts'
import type { AlertStore } from './stores/alerts.ts'
import type { DisplayStore } from './stores/displays.ts'
import type { EdgeAgentStore } from './stores/edge-agents.ts'
import type { PictureStore } from './stores/pictures.ts'

/** What the routes work with. */
export interface AppDeps {
  displays: DisplayStore
  alerts: AlertStore
  pictures: PictureStore
  edgeAgents: EdgeAgentStore
  /** Where enrolled edge agents reach the broker. */
  edgeServers: readonly string[]
  audit: AuditLog
  signOn: SignOn
  brokerIsConnected: () => boolean
  clock: Clock
}

export interface AppOptions {
  log?: FastifyBaseLogger
  /** For each address that calls. */
  requestsPerMinute?: number
  /** A subscriber of alerts who takes nothing for this long is disconnected; it may resume where it was. */
  stallMs?: number
}

/** The api without a socket: to be listened with, injected into, or described. */
export async function buildApp(deps: AppDeps, options: AppOptions = {}): Promise<FastifyInstance> {
  const { log, requestsPerMinute = 3000, stallMs = 20_000 } = options
  const app = Fastify({
    ...(log ? { loggerInstance: log } : {}),
    genReqId: () => randomUUID(),
    // Addresses of requests may hold what does not belong into the log; the metrics count them.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
  })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // Answers are built from trusted types: their schemas describe, they do not filter.
  app.setSerializerCompiler(() => JSON.stringify)

  addErrors(app)
  await addOpenApi(app)
  await addSecurity(app, requestsPerMinute)
  await addSse(app)
  const metrics = addMetrics(app)
  addActor(app, deps.signOn)

  await app.register(displayRoutes, deps)
  await app.register(alertRoutes, deps)
  await app.register(alertStreamRoute, { ...deps, metrics, stallMs })
  await app.register(pictureRoutes, deps)
  await app.register(edgeAgentRoutes, deps)
  await app.register(enrolRoute, deps)
  await app.register(serviceRoutes, { ...deps, metrics })
  await app.ready()
  return app
}

/** The OpenAPI document; needs no broker. */
export async function openApiDocument(): Promise<object> {
  // Routes use their stores only when a request arrives; describing them needs none.
  const app = await buildApp({} as AppDeps)
  const document = app.swagger()
  await app.close()
  return document
}
