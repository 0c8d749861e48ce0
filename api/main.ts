import { setMaxListeners } from 'node:events'
import { batchSends } from '@sightline/broker/batch-sends'
import { followBrokerClock } from '@sightline/broker/clock'
import { type BrokerAddress, connectBroker, disconnect } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import { listen } from '@sightline/runtime/http'
import type { Logger } from '@sightline/runtime/log'
import { startMonitor } from '@sightline/runtime/monitor'
import { ALERTS, TEST_ALERTS } from '@sightline/schemas/streams'
import { sweepAccess } from './access/notices.ts'
import { settingsOf } from './administration/settings.ts'
import { watchHealth } from './administration/watch-health.ts'
import { watchReads } from './administration/watch-reads.ts'
import { notifyOwners } from './alerts/notify.ts'
import { openAlertDeps } from './alerts/open.ts'
import { openSightingCounts } from './alerts/sighting-counts.ts'
import { openAlerts } from './alerts/store.ts'
import { type AppOptions, buildApp } from './app.ts'
import { keepCheckpoints } from './audit/checkpoints.ts'
import { ensureSigningKeys } from './audit/keys.ts'
import { createAuditLog } from './audit/log.ts'
import { openCameraHealth } from './cameras/health-store.ts'
import { type CaseOptions, openCaseDeps } from './cases/open.ts'
import { sweepKept } from './cases/sweep.ts'
import { createDisplayCase } from './displays/case-check.ts'
import { sweepMatters } from './displays/matters.ts'
import { openDisplays } from './displays/store.ts'
import { sweepDisplays } from './displays/sweep.ts'
import { openEdgeAgents } from './edge-agents/store.ts'
import { openClockMemory } from './federation/clock-memory.ts'
import { createFederation } from './federation/federation.ts'
import { loadVendors } from './federation/vendors-file.ts'
import { openOversight } from './oversight/open.ts'
import { sweepOversight } from './oversight/sweep.ts'
import { firstAdministratorToken } from './people/first-administrator.ts'
import { checkPeopleOptions, openPeopleDeps, type PeopleOptions } from './people/open.ts'
import { openPictures } from './pictures/store.ts'
import { keepAlertedPictures } from './pictures/sweep-alerted.ts'
import { openPictureViews } from './pictures/views.ts'
import { loadSeal } from './shared/seal.ts'
import { openSweepLease } from './shared/sweep-lease.ts'
import { startSweeps } from './shared/sweeps.ts'
import { devTokenCheck, devTokenSignOn, ensureDevToken } from './sign-on/dev-token.ts'

export interface ApiOptions
  extends PeopleOptions,
    CaseOptions,
    Pick<
      AppOptions,
      | 'requestsPerMinute'
      | 'requestsPerPerson'
      | 'stallMs'
      | 'trustedProxies'
      | 'recheckMs'
      | 'camerasMs'
      | 'consoleFolder'
      | 'tileServer'
    > {
  broker: Omit<BrokerAddress, 'user'>
  host: string
  /** Number of agent groups (schemas/agent-groups.ts), as configured at the broker. */
  agentStreams?: number
  /** 0 for any free port. */
  port: number
  /** Where `GET /health` and `GET /metrics` are served for operations; nowhere if absent. */
  monitor?: { port: number; host: string }
  /** Time between two canary reads (schemas/canary.ts), milliseconds; without it none are sent. */
  canaryMs?: number
  /** Where edge agents reach the broker, if different from the api. */
  edgeServers?: readonly string[]
  /** Folder of the development token. */
  dataDir: string
  /** File of the vendors whose histories may be searched; none if absent. */
  vendorsFile?: string | undefined
  /** File of the recipients with whom verified alerts may be shared; none if absent. */
  recipientsFile?: string | undefined
  log: Logger
  /** The time of day; by default the broker's, which the clock of this host is compared with. */
  clock?: Clock
  /** The clock of this host. */
  hostClock?: Clock
}

export interface Api {
  url: string
  /** The development token; null if not accepted. */
  token: string | null
  /** File that holds the token. */
  tokenPath: string | null
  /** One-time link for the first administrator; null when there is one. Show it once, and never log it. */
  firstAdministrator: string | null
  /** Does what otherwise happens every ten minutes: reminders, deletions. Settles when all of it is done. */
  sweep(): Promise<void>
  close(): Promise<void>
}

/** Parts of the api that end with it, each with a listener or two; more would be a leak. */
const MOST_PARTS = 60

/**
 * Connects to the broker as `api`, loads the displays and listens.
 * @throws BROKER_UNREACHABLE, BROKER_DENIED, BROKER_DRIFTED, BROKER_FAILED, CONFIG_INVALID, PORT_IN_USE
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { log, requestsPerMinute, requestsPerPerson } = options
  const { stallMs, trustedProxies, recheckMs, camerasMs, consoleFolder, tileServer } = options
  const { site, networks } = checkPeopleOptions(options.host, options)
  const { token, path: tokenPath } = options.devToken
    ? await ensureDevToken(options.dataDir)
    : { token: null, path: null }
  const isDevToken = token === null ? null : devTokenCheck(token)
  const vendors = options.vendorsFile === undefined ? [] : await loadVendors(options.vendorsFile)
  const seal = await loadSeal(options.broker.keys, log)
  let certificateEnd: number | undefined
  const onCertificate = (endsAt: number) => {
    certificateEnd = endsAt
  }
  const connection = await connectBroker({ ...options.broker, user: 'api', onCertificate }, log)
  batchSends(connection)
  const stop = new AbortController()
  setMaxListeners(MOST_PARTS, stop.signal)
  try {
    const link = await openLink(connection)
    const brokerClock = await followBrokerClock({
      ...{ manager: link.manager, stream: ALERTS, host: options.hostClock, log, signal: stop.signal },
    })
    const clock = options.clock ?? brokerClock.now
    const audit = createAuditLog(link, clock)
    const signingKeys = await ensureSigningKeys(options.dataDir)
    const checkpoints = keepCheckpoints({ link, audit, keys: signingKeys, clock, log })
    const caseDeps = await openCaseDeps(link, options, { clock, log, stop: stop.signal })
    const edgeAgents = await openEdgeAgents(link, log, stop.signal)
    const cameraHealth = openCameraHealth(link, log)
    const reads = await watchReads(link, { clock, log, stop: stop.signal })
    const alerts = openAlerts(link, log)
    const deps = {
      displays: await openDisplays(link, log, stop.signal),
      alerts,
      testAlerts: openAlerts(link, log, TEST_ALERTS),
      ...(await openAlertDeps(link, options.recipientsFile, { clock, log, stop: stop.signal })),
      sightingCounts: await openSightingCounts(link, log, stop.signal),
      pictures: openPictures(link, options.agentStreams),
      pictureViews: await openPictureViews(link, { seal, clock, log }),
      edgeAgents,
      cameraHealth,
      settings: settingsOf(options, networks, clock()),
      edgeServers: options.edgeServers ?? [options.broker.servers].flat(),
      audit,
      federation: createFederation({ vendors, clock, clockMemory: openClockMemory(options.dataDir), log }),
      ...caseDeps,
      displayCase: createDisplayCase(caseDeps.cases, clock),
      developer: isDevToken && devTokenSignOn(isDevToken),
      isDevToken,
      brokerIsConnected: link.connected,
      reads,
      health: watchHealth({
        ...{ link, reads, audit, alerts, cameraHealth, edgeAgents, brokerClock, log, stop: stop.signal },
        dataDir: options.dataDir,
        certificateEnd: () => certificateEnd,
        canaryMs: options.canaryMs ?? 0,
      }),
      ...(await openPeopleDeps(link, options, { site, seal, clock, log, stop: stop.signal })),
      ...(await openOversight(link, {
        auditKey: signingKeys.publicKey,
        dataDir: options.dataDir,
        log,
        stop: stop.signal,
      })),
    }
    const sweepLease = await openSweepLease(link)
    const adminToken = await firstAdministratorToken(deps, audit, clock)
    const limits = { requestsPerMinute, requestsPerPerson, stallMs, recheckMs, camerasMs }
    const app = await buildApp(deps, { log, ...limits, networks, trustedProxies, consoleFolder, tileServer })
    deps.reads.measure(app.metrics.registry)
    deps.health.measure(app.metrics.registry)
    const monitor =
      options.monitor &&
      (await startMonitor({
        ...options.monitor,
        healthy: deps.health.isWell,
        troubles: () => {
          // The reads' own say more of the same.
          const more = deps.reads.troubles()
          const isSaid = (code: string) => more.some((one) => one.code === code)
          return [...more, ...deps.health.troubles().filter(({ code }) => !isSaid(code))]
        },
        ...app.metrics,
      }))
    const url = await listen(app, options.host, options.port)
    log.info({ url }, 'the api is listening')
    const notifying = await notifyOwners({ ...deps, log }, stop.signal)
    const sweeps = startSweeps(
      [
        () => sweepAccess(deps, deps.mailbox, clock),
        () => sweepDisplays(deps, clock),
        () => sweepMatters(deps, clock),
        () => sweepKept(deps, audit, clock),
        () => sweepOversight(deps),
        keepAlertedPictures({ ...deps, clock }),
        deps.mailbox.deliver,
      ],
      { lease: sweepLease, log },
    )
    const close = async () => {
      await sweeps.close()
      await app.close()
      await monitor?.close()
      await deps.deliveries.close()
      await checkpoints.close()
      stop.abort()
      await notifying.ended
      await deps.auditIndex.ended
      await disconnect(connection)
    }
    const firstAdministrator = adminToken === null ? null : `${site.origin ?? url}/set-up#${adminToken}`
    return { url, token, tokenPath, firstAdministrator, sweep: sweeps.run, close }
  } catch (error) {
    stop.abort()
    await connection.close()
    throw error
  }
}
