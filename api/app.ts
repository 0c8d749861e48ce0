import { randomUUID } from 'node:crypto'
import { fastifySSE } from '@fastify/sse'
import {
  type FastifyPluginAsyncTypebox,
  type TypeBoxTypeProvider,
  TypeBoxValidatorCompiler,
} from '@fastify/type-provider-typebox'
import { noStore } from '@sightline/runtime/http'
import type { ServiceSettings } from '@sightline/schemas/service-settings'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { routes as access } from './access/routes.ts'
import { routes as administration } from './administration/routes/index.ts'
import type { HealthWatch } from './administration/watch-health.ts'
import type { ReadsWatch } from './administration/watch-reads.ts'
import type { AlertDeps } from './alerts/open.ts'
import { routes as alerts } from './alerts/routes/index.ts'
import type { SightingCounts } from './alerts/sighting-counts.ts'
import type { AlertStore } from './alerts/store.ts'
import type { AuditLog } from './audit/log.ts'
import type { CameraHealthStore } from './cameras/health-store.ts'
import { routes as cameras } from './cameras/routes.ts'
import type { CaseDeps } from './cases/open.ts'
import { routes as cases } from './cases/routes/index.ts'
import type { DisplayCase } from './displays/case-check.ts'
import { routes as displays } from './displays/routes/index.ts'
import type { DisplayStore } from './displays/store.ts'
import { routes as edgeAgents } from './edge-agents/routes/index.ts'
import type { EdgeAgentStore } from './edge-agents/store.ts'
import type { QueryDeps } from './history/recorded.ts'
import { routes as history } from './history/routes.ts'
import type { OversightStores } from './oversight/open.ts'
import { routes as oversight } from './oversight/routes/index.ts'
import type { PeopleDeps } from './people/open.ts'
import { routes as people } from './people/routes/index.ts'
import { routes as pictures } from './pictures/routes.ts'
import type { PictureStore } from './pictures/store.ts'
import type { PictureViews } from './pictures/views.ts'
import { addActor, type SignOn } from './plugins/app/actor.ts'
import { addAudit } from './plugins/app/audit.ts'
import { addErrors, EARLY_ERRORS } from './plugins/app/errors.ts'
import { addIdempotency } from './plugins/app/idempotency.ts'
import { addMetrics, type Metrics } from './plugins/app/metrics.ts'
import { addHostCheck, addNetworks, LOOPBACK, proxyTest } from './plugins/app/networks.ts'
import { addPermissions } from './plugins/app/permit.ts'
import { addPersonLimit } from './plugins/app/person-limit.ts'
import { addSeenText } from './plugins/app/seen-text.ts'
import { sessionSignOn } from './plugins/app/session.ts'
import { addConsole } from './plugins/external/console.ts'
import { addOpenApi, addReference } from './plugins/external/openapi.ts'
import { addCookies, addSecurity } from './plugins/external/security.ts'
import { routes as review } from './review/routes.ts'
import type { DevTokenCheck } from './sign-on/dev-token.ts'
import { routes as signOn } from './sign-on/routes/index.ts'

/** What the routes need. */
export interface AppDeps extends PeopleDeps, QueryDeps, CaseDeps, AlertDeps, OversightStores {
  audit: AuditLog
  displays: DisplayStore
  displayCase: DisplayCase
  alerts: AlertStore
  /** Alerts of test traffic: nobody judges, counts or sends them. */
  testAlerts: AlertStore
  sightingCounts: SightingCounts
  pictures: PictureStore
  pictureViews: PictureViews
  edgeAgents: EdgeAgentStore
  cameraHealth: CameraHealthStore
  settings: ServiceSettings
  /** Addresses at which enrolled edge agents reach the broker. */
  edgeServers: readonly string[]
  /** Sign-in by the development token, if it is accepted. */
  developer: SignOn | null
  /** Checks the development token; null if none is accepted. */
  isDevToken: DevTokenCheck | null
  brokerIsConnected: () => boolean
  reads: ReadsWatch
  health: HealthWatch
}

/** What the routes receive besides. */
export interface RouteDeps extends AppDeps, Required<Pick<AppOptions, 'stallMs' | 'camerasMs'>> {
  metrics: Metrics
}

/** Adds one route to the app, or a few that share state. */
export type Route<Deps = RouteDeps> = (app: Parameters<FastifyPluginAsyncTypebox>[0], deps: Deps) => void

/** What each subject exports as `routes`. */
export type Routes<Deps = RouteDeps> = readonly Route<Deps>[]

/** Every folder with routes; list a new one here, and nowhere else. */
const SUBJECTS: readonly Routes[] = [
  signOn,
  access,
  people,
  displays,
  alerts,
  pictures,
  history,
  review,
  cases,
  oversight,
  edgeAgents,
  cameras,
  administration,
]

export interface AppOptions {
  log?: FastifyBaseLogger
  /** Limit per calling address. */
  requestsPerMinute?: number
  /** Limit per person, from any address. */
  requestsPerPerson?: number
  /** A subscriber of alerts who reads nothing for this long is disconnected; it may resume where it was. */
  stallMs?: number
  /** A stream whose subscriber may no longer see it ends at once; if no process was notified, within this time. */
  recheckMs?: number
  /** Time between two reads of the cameras' health for followers: agents report every ten seconds. */
  camerasMs?: number
  /** Networks whose requests are accepted (ACC-7); loopback without it. */
  networks?: readonly string[]
  /** Addresses or networks of proxies whose forwarded address is trusted. */
  trustedProxies?: readonly string[]
  /** Folder of the built console; nothing is served at `/` without it. */
  consoleFolder?: string
  /** Address of raster tiles for the console's map, with {z}, {x} and {y}. */
  tileServer?: string
}

/** A comment at this interval keeps a silent stream alive for both ends, and for proxies in between. */
const HEARTBEAT_MS = 15_000

/** The api without a socket: to listen with, inject into, or describe. */
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
    // Addresses of requests may contain what must not be logged; the metrics count requests.
    logController: new LogController({ disableRequestLogging: true }),
    // Without a proxy named by the operator, the caller is the connecting address, whatever a header says.
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
  if (deps.site?.origin === null) addHostCheck(app)
  await addOpenApi(app)
  await addSecurity(app, requestsPerMinute)
  // The data is already JSON text.
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS, serializer: (json: string) => json })
  const metrics = addMetrics(app)
  await addCookies(app)
  addActor(app, [...(deps.developer ? [deps.developer] : []), sessionSignOn(deps)])
  addPersonLimit(app, requestsPerPerson)
  addPermissions(app, deps.audit, recheckMs, { clock: deps.clock, changes: deps.peopleChanges })
  addSeenText(app)
  addAudit(app, deps.audit)
  addIdempotency(app, deps)

  const typed = app.withTypeProvider<TypeBoxTypeProvider>()
  const given = { ...deps, metrics, stallMs, camerasMs }
  for (const route of SUBJECTS.flat()) route(typed, given)
  addReference(app)
  if (consoleFolder !== undefined) await addConsole(app, consoleFolder, tileServer)
  await app.ready()
  return app
}

/** The OpenAPI document; needs no broker. */
export async function openApiDocument(): Promise<object> {
  // Routes use their stores only when a request arrives, so describing them needs none.
  const app = await buildApp({} as AppDeps)
  const document = app.swagger()
  await app.close()
  return document
}
