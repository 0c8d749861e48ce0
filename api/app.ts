import { randomUUID } from 'node:crypto'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { noStore } from '@sightline/runtime/http'
import type { ServiceSettings } from '@sightline/schemas/service-settings'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { AlertDeps } from './alerts/open.ts'
import type { AuditLog } from './audit/log.ts'
import type { CaseDeps } from './cases/open.ts'
import type { DevTokenCheck } from './dev-token.ts'
import type { DisplayCase } from './displays/case-check.ts'
import type { OversightStores } from './oversight/open.ts'
import type { PeopleDeps } from './people/open.ts'
import { addActor, type SignOn } from './plugins/app/actor.ts'
import { addErrors, EARLY_ERRORS } from './plugins/app/errors.ts'
import { addIdempotency } from './plugins/app/idempotency.ts'
import { addMetrics } from './plugins/app/metrics.ts'
import { addNetworks, LOOPBACK, proxyTest } from './plugins/app/networks.ts'
import { addPermissions } from './plugins/app/permit.ts'
import { addPersonLimit } from './plugins/app/person-limit.ts'
import { addSeenText } from './plugins/app/seen-text.ts'
import { sessionSignOn } from './plugins/app/session.ts'
import { addConsole } from './plugins/external/console.ts'
import { addCookies } from './plugins/external/cookies.ts'
import { addOpenApi } from './plugins/external/openapi.ts'
import { addSecurity } from './plugins/external/security.ts'
import { addSse } from './plugins/external/sse.ts'
import type { QueryDeps } from './queries/recorded.ts'
import { accessRoutes } from './routes/access.ts'
import { administrationRoutes } from './routes/administration.ts'
import { alertFigureRoutes } from './routes/alert-figures.ts'
import { alertStreamRoute } from './routes/alert-stream.ts'
import { alertWorkRoutes } from './routes/alert-work.ts'
import { alertRoutes } from './routes/alerts.ts'
import { cameraStreamRoute } from './routes/camera-stream.ts'
import { caseExportRoute } from './routes/case-export.ts'
import { caseStepRoutes } from './routes/case-steps.ts'
import { caseRoutes } from './routes/cases.ts'
import { colleagueRoute } from './routes/colleagues.ts'
import { consentRoutes } from './routes/consent.ts'
import { displayStepRoutes } from './routes/display-steps.ts'
import { displayTestRoute } from './routes/display-test.ts'
import { displayRoutes } from './routes/displays.ts'
import { disseminationRoutes } from './routes/disseminations.ts'
import { edgeAgentRoutes } from './routes/edge-agents.ts'
import { enrolRoute } from './routes/enrol.ts'
import { lookoutRoutes } from './routes/lookouts.ts'
import { oversightAccountRoutes } from './routes/oversight-accounts.ts'
import { oversightAuditRoutes } from './routes/oversight-audit.ts'
import { oversightChainRoute } from './routes/oversight-chain.ts'
import { oversightMisuseRoutes } from './routes/oversight-misuse.ts'
import { oversightReviewRoutes } from './routes/oversight-reviews.ts'
import { peopleRoutes } from './routes/people.ts'
import { personEmailRoute } from './routes/person-email.ts'
import { personPendingRoutes } from './routes/person-pending.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { placeSearchRoutes } from './routes/place-searches.ts'
import { providerRoutes } from './routes/provider.ts'
import { reviewRoutes } from './routes/review.ts'
import { savedRoutes } from './routes/saved.ts'
import { searchRoutes } from './routes/search.ts'
import { serviceRoutes } from './routes/service.ts'
import { signOnRoutes } from './routes/sign-on.ts'
import { developmentSignOnRoute } from './routes/sign-on-development.ts'
import { workspaceRoutes } from './routes/workspaces.ts'
import type { AlertStore } from './stores/alerts.ts'
import type { CameraHealthStore } from './stores/camera-health.ts'
import type { DisplayStore } from './stores/displays.ts'
import type { EdgeAgentStore } from './stores/edge-agents.ts'
import type { PictureViews } from './stores/picture-views.ts'
import type { PictureStore } from './stores/pictures.ts'
import type { SightingsStore } from './stores/sightings.ts'

/** What the routes work with. */
export interface AppDeps extends PeopleDeps, QueryDeps, CaseDeps, AlertDeps, OversightStores {
  audit: AuditLog
  displays: DisplayStore
  displayCase: DisplayCase
  alerts: AlertStore
  sightings: SightingsStore
  pictures: PictureStore
  pictureViews: PictureViews
  edgeAgents: EdgeAgentStore
  cameraHealth: CameraHealthStore
  settings: ServiceSettings
  /** Where enrolled edge agents reach the broker. */
  edgeServers: readonly string[]
  /** Sign-on by the development token, where it is taken. */
  developer: SignOn | null
  /** Whether something is the development token; null where it is not taken. */
  isDevToken: DevTokenCheck | null
  brokerIsConnected: () => boolean
}

export interface AppOptions {
  log?: FastifyBaseLogger
  /** For each address that calls. */
  requestsPerMinute?: number
  /** For each person, from wherever they call. */
  requestsPerPerson?: number
  /** A subscriber of alerts who takes nothing for this long is disconnected; it may resume where it was. */
  stallMs?: number
  /** A stream whose subscriber may no longer see it is ended at once; within this time if that was told to nobody. */
  recheckMs?: number
  /** Time between two looks at the readers for those who follow them: agents report every ten seconds. */
  camerasMs?: number
  /** From which requests are taken (ACC-7); loopback without it. */
  networks?: readonly string[]
  /** Addresses or networks of proxies whose word about the caller's address is taken. */
  trustedProxies?: readonly string[]
  /** Folder of the built console; nothing is served at `/` without it. */
  consoleFolder?: string
  /** Address of raster tiles for the console's map, with {z}, {x} and {y}. */
  tileServer?: string
}

/** The api without a socket: to be listened with, injected into, or described. */
export async function buildApp(deps: AppDeps, options: AppOptions = {}): Promise<FastifyInstance> {
  const {
    log,
    requestsPerMinute = 3000,
    requestsPerPerson = 1200,
    stallMs = 20_000,
    networks = LOOPBACK,
    trustedProxies,
    recheckMs = 15_000,
    camerasMs = 10_000,
    consoleFolder,
    tileServer,
  } = options
  const app = Fastify({
    ...(log ? { loggerInstance: log } : {}),
    genReqId: () => randomUUID(),
    // Addresses of requests may hold what does not belong into the log; the metrics count them.
    logController: new LogController({ disableRequestLogging: true }),
    // Without a proxy that the operator named, the caller is who connects, whatever a header says.
    trustProxy: trustedProxies ? proxyTest(trustedProxies) : false,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    ...EARLY_ERRORS,
  })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  // Answers are built from trusted types: their schemas describe, they do not filter.
  app.setSerializerCompiler(() => JSON.stringify)

  app.addHook('onRequest', noStore)
  addErrors(app)
  addNetworks(app, networks)
  await addOpenApi(app)
  await addSecurity(app, requestsPerMinute)
  await addSse(app)
  const metrics = addMetrics(app)
  await addCookies(app)
  addActor(app, [...(deps.developer ? [deps.developer] : []), sessionSignOn(deps)])
  addPersonLimit(app, requestsPerPerson)
  addPermissions(app, deps.audit, recheckMs, { clock: deps.clock, changes: deps.peopleChanges })
  addSeenText(app)
  addIdempotency(app, deps)

  await app.register(signOnRoutes, deps)
  await app.register(developmentSignOnRoute, deps)
  await app.register(providerRoutes, deps)
  await app.register(consentRoutes, deps)
  await app.register(accessRoutes, deps)
  await app.register(peopleRoutes, deps)
  await app.register(personEmailRoute, deps)
  await app.register(personPendingRoutes, deps)
  await app.register(colleagueRoute, deps)
  await app.register(displayRoutes, deps)
  await app.register(displayStepRoutes, deps)
  await app.register(displayTestRoute, deps)
  await app.register(alertRoutes, deps)
  await app.register(alertStreamRoute, { ...deps, metrics, stallMs })
  await app.register(alertWorkRoutes, deps)
  await app.register(alertFigureRoutes, deps)
  await app.register(pictureRoutes, deps)
  await app.register(searchRoutes, deps)
  await app.register(reviewRoutes, deps)
  await app.register(caseRoutes, deps)
  await app.register(caseStepRoutes, deps)
  await app.register(placeSearchRoutes, deps)
  await app.register(savedRoutes, deps)
  await app.register(workspaceRoutes, deps)
  await app.register(lookoutRoutes, deps)
  await app.register(disseminationRoutes, deps)
  await app.register(caseExportRoute, deps)
  await app.register(oversightAuditRoutes, deps)
  await app.register(oversightChainRoute, deps)
  await app.register(oversightReviewRoutes, deps)
  await app.register(oversightMisuseRoutes, deps)
  await app.register(oversightAccountRoutes, deps)
  await app.register(edgeAgentRoutes, deps)
  await app.register(administrationRoutes, deps)
  await app.register(cameraStreamRoute, { ...deps, camerasMs })
  await app.register(enrolRoute, deps)
  await app.register(serviceRoutes, deps)
  if (consoleFolder !== undefined) await addConsole(app, consoleFolder, tileServer)
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
